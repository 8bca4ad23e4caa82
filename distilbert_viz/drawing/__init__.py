"""What figures are made with: the canvas, plots, colours, labels, tables, stills."""
