"""Where simulated ports are begun: rough places on real coasts, so that seas, latitudes and narrow waters are real.

What is laid there is invented, whatever the name says. The shares of ships are assumed, after the order of ports by calls.
"""

PORTS: tuple[tuple[str, float, float, float], ...] = (
    ("Singapore", 1.22, 103.75, 12.0), ("Fujairah", 25.20, 56.38, 4.0), ("Rotterdam", 51.98, 3.95, 8.0),
    ("Antwerp", 51.40, 3.50, 4.0), ("Shanghai", 31.00, 122.30, 14.0), ("Ningbo", 29.90, 122.20, 8.0),
    ("Qingdao", 36.00, 120.35, 5.0), ("Busan", 35.05, 129.05, 5.0), ("Tokyo", 35.30, 139.75, 4.0),
    ("Osaka", 34.55, 135.30, 3.0), ("Hong Kong", 22.20, 114.15, 6.0), ("Kaohsiung", 22.58, 120.25, 3.0),
    ("Manila", 14.55, 120.90, 2.0), ("Jakarta", -6.00, 106.88, 2.5), ("Klang", 2.95, 101.25, 2.5),
    ("Mumbai", 18.88, 72.80, 2.5), ("Mundra", 22.70, 69.65, 1.5), ("Colombo", 6.95, 79.80, 1.2),
    ("Chittagong", 22.15, 91.75, 1.2), ("Jebel Ali", 25.05, 55.05, 2.5), ("Ras Tanura", 26.70, 50.20, 1.5),
    ("Suez", 29.85, 32.55, 1.5), ("Piraeus", 37.92, 23.58, 2.5), ("Augusta", 37.20, 15.28, 1.0),
    ("Algeciras", 36.12, -5.40, 2.5), ("Marseille", 43.35, 4.95, 1.2), ("Istanbul", 40.95, 28.90, 2.0),
    ("Novorossiysk", 44.65, 37.80, 1.2), ("Hamburg", 54.00, 8.40, 2.5), ("Skaw", 57.70, 10.75, 1.2),
    ("Gothenburg", 57.60, 11.70, 1.2), ("Primorsk", 60.30, 28.65, 1.2), ("Tallinn", 59.50, 24.70, 1.0),
    ("Gdansk", 54.42, 18.75, 1.0), ("Murmansk", 69.25, 33.50, 0.5), ("Bergen", 60.40, 5.05, 0.8),
    ("Southampton", 50.70, -1.10, 1.2), ("Lagos", 6.35, 3.40, 1.2), ("Durban", -29.87, 31.10, 1.0),
    ("Cape Town", -33.88, 18.40, 0.6), ("Santos", -24.05, -46.30, 1.0), ("Rio", -22.95, -43.12, 1.0),
    ("Buenos Aires", -35.20, -56.60, 0.8), ("Callao", -12.05, -77.20, 0.6), ("Balboa", 8.88, -79.53, 1.2),
    ("Cristobal", 9.42, -79.92, 1.0), ("Houston", 29.30, -94.65, 2.5), ("New Orleans", 28.95, -89.35, 1.5),
    ("New York", 40.50, -73.95, 1.2), ("Los Angeles", 33.70, -118.22, 1.2), ("Seattle", 48.15, -122.75, 0.6),
    ("Vancouver", 49.30, -123.22, 0.6), ("Vladivostok", 43.05, 131.90, 0.8), ("Vanino", 49.05, 140.35, 0.4),
    ("Port Hedland", -20.25, 118.55, 0.8), ("Newcastle", -32.93, 151.82, 0.7), ("Auckland", -36.80, 174.85, 0.4),
    ("Suva", -18.16, 178.42, 0.4), ("Taveuni", -16.70, 179.93, 0.3), ("Dutch Harbor", 53.92, -166.50, 0.3),
)  # fmt: skip
"""Name, rough latitude and longitude, share of the world's ships."""
