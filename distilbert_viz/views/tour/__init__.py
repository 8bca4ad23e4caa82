"""The tour: some stops in the order of the pages, each computed on the visitor's own text; and the strip that leads along them."""
