"""The scripts that make one database's schema like another's, those that bring it back, and the proof of both."""
