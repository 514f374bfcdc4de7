"""From a file that somebody exported to customers: read it, map its columns, write its rows."""
