"""What runs beside the tables: settings that sessions obey, triggers, and the bodies of functions; all by reading."""
