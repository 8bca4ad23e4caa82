"""Records -> pictures. A figure is a value: figures return, pages show. Knows neither torch nor Streamlit."""
