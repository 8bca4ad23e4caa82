// A stand-in for a canvas that keeps what is drawn on it as SVG: figures draw on it as they draw on the screen.

const SVG = "http://www.w3.org/2000/svg"

function svgElement(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, typeof value === "number" ? +value.toFixed(2) : value)
  element.textContent = text
  return element
}

class Pen {
  constructor(real) {
    Object.assign(this, { real, nodes: [], kept: [], moves: "", path: "", dash: [] })
    Object.assign(this, { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, globalAlpha: 1, font: "10px sans-serif" })
    Object.assign(this, { textAlign: "left", textBaseline: "alphabetic" })
  }

  put(name, attributes, text) { this.nodes.push(svgElement(name, { ...attributes, transform: this.moves || null }, text)) }
  faint(value) { return value < 1 ? value : null }
  inked() { return { fill: this.fillStyle.trim(), "fill-opacity": this.faint(this.globalAlpha) } }

  drawn() {
    const dash = this.dash.length ? this.dash.join(" ") : null
    return { fill: "none", stroke: this.strokeStyle.trim(), "stroke-width": this.lineWidth, "stroke-opacity": this.faint(this.globalAlpha), "stroke-dasharray": dash }
  }

  // The screen's own scale is left out: a sheet is measured in CSS pixels.
  setTransform() { this.moves = "" }
  translate(x, y) { this.moves += `translate(${x.toFixed(2)} ${y.toFixed(2)})` }
  rotate(angle) { this.moves += `rotate(${((angle * 180) / Math.PI).toFixed(2)})` }
  save() { this.kept.push(this.moves) }
  restore() { this.moves = this.kept.pop() }
  setLineDash(dash) { this.dash = dash }

  clearRect() { this.nodes = [] }
  getImageData() { return [...this.nodes] }
  putImageData(nodes) { this.nodes = [...nodes] }

  fillRect(x, y, width, height) { this.put("rect", { x, y, width, height, ...this.inked() }) }
  strokeRect(x, y, width, height) { this.put("rect", { x, y, width, height, ...this.drawn() }) }
  beginPath() { this.path = "" }
  moveTo(x, y) { this.path += `M${x.toFixed(2)} ${y.toFixed(2)}` }
  lineTo(x, y) { this.path += `L${x.toFixed(2)} ${y.toFixed(2)}` }
  stroke() { this.put("path", { d: this.path, ...this.drawn() }) }

  drawImage(source, x, y, width, height) {
    if (source instanceof Sheet) this.nodes.push(...source.pen.nodes.map((node) => node.cloneNode(true)))
    else this.put("image", { href: source.toDataURL(), x, y, width, height, preserveAspectRatio: "none", style: "image-rendering:pixelated" })
  }

  measureText(text) {
    this.real.font = this.font
    return this.real.measureText(text)
  }

  fillText(text, x, y, room = Infinity) {
    const [, size, family] = this.font.match(/([\d.]+)px (.*)/)
    const width = Math.min(room, this.measureText(text).width)
    const down = this.textBaseline === "middle" ? 0.35 * size : 0
    const anchor = { right: "end", center: "middle" }[this.textAlign] ?? null
    const fitted = { textLength: width || null, lengthAdjust: "spacingAndGlyphs" }
    this.put("text", { x, y: y + down, "font-size": size, "font-family": family, "text-anchor": anchor, ...fitted, ...this.inked() }, text)
  }
}

class Sheet {
  constructor(real) {
    Object.assign(this, { real, style: {}, clientWidth: real.clientWidth, pen: new Pen(document.createElement("canvas").getContext("2d")) })
  }
  getContext() { return this.pen }
  cloneNode() { return new Sheet(this.real) }
}

// What a figure of canvas.js or lines.js draws, as SVG elements in the canvas's own coordinates.
function drawnAgain(figure) {
  const screen = figure.canvas
  const sheet = new Sheet(screen)
  figure.canvas = sheet
  try { figure.draw() } finally {
    figure.canvas = screen
    figure.draw()
  }
  return sheet.pen.nodes
}
