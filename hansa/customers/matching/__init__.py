"""Who is who: decides which known company a name, a web domain and a country speak of. Plain Python, no database."""
