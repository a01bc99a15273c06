SET lock_timeout = '2s';
DROP DATABASE parcels;
