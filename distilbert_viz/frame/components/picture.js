// An element of the page as one SVG picture: boxes, words, canvases and drawings where the browser has laid them.
// sheet.js and laid.js stand in front of this file.

const ONLY_ON_SCREEN = ".readout, input, progress, .modebar-container, .draglayer, .hoverlayer, style, script"
const SHOW_ALL = "* { overflow: visible !important; max-height: none !important; text-overflow: clip !important; }"

const isSeen = (colour) => colour !== "transparent" && !/^rgba\(.*, 0\)$/.test(colour)
const inside = (node) => (node.shadowRoot ?? node.contentDocument?.body ?? node).childNodes

class Picture {
  constructor(element) {
    this.svg = this.layer = svgElement("svg", {})
    this.element = element
    this.pen = new Pen(document.createElement("canvas").getContext("2d"))
    const frame = element.contentDocument ? { left: 0, top: 0 } : element.getBoundingClientRect()
    const scale = 1 / (element.currentCSSZoom ?? 1) // in presenter mode a component's own pixels are larger than the window's
    Object.assign(this, { left: frame.left, top: frame.top, width: 0, height: 0, scale })
    this.unrolled(() => inside(element).forEach((node) => this.walk(node)))
  }

  // What scrolls is taken along in full: unrolled and rolled up again before anything is painted.
  unrolled(draw) {
    const style = document.createElement("style")
    style.textContent = SHOW_ALL
    this.element.shadowRoot?.append(style)
    try { draw() } finally { style.remove() }
  }

  put(name, attributes, text) {
    const made = svgElement(name, attributes, text)
    this.layer.append(made)
    if ("width" in attributes) this.reach(attributes)
    return made
  }

  place(rect) {
    const own = (length) => length * this.scale
    return { x: own(rect.left - this.left), y: own(rect.top - this.top), width: own(rect.width), height: own(rect.height) }
  }

  // The picture is as large as what is painted in it.
  reach({ x, y, width, height }) {
    this.width = Math.max(this.width, x + width)
    this.height = Math.max(this.height, y + height)
  }

  walk(node) {
    if (node.nodeType === Node.TEXT_NODE) return this.words(node)
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(ONLY_ON_SCREEN)) return
    if (node.localName === "details" && !node.open) return node.querySelectorAll(":scope > summary").forEach((line) => this.walk(line))
    const style = getComputedStyle(node)
    if (style.display === "none" || style.visibility === "hidden") return
    const outer = this.layer
    if (style.opacity < 1) this.layer = this.put("g", { opacity: style.opacity })
    this.draw(node, style)
    this.layer = outer
  }

  draw(node, style) {
    if (node.localName === "svg") return this.drawing(node)
    if (node.localName === "canvas") return this.canvas(node)
    this.box(this.place(node.getBoundingClientRect()), style, node)
    this.swatch(node)
    if (node.localName === "select") return this.choice(node, style)
    inside(node).forEach((child) => this.walk(child))
  }

  box(box, style, node) {
    const radius = parseFloat(style.borderTopLeftRadius) || null
    if (isSeen(style.backgroundColor)) this.put("rect", { ...box, rx: radius, fill: style.backgroundColor })
    const sides = ["Top", "Right", "Bottom", "Left"].map((side) => ({ width: parseFloat(style[`border${side}Width`]), colour: style[`border${side}Color`] }))
    if (node.localName === "table" || sides.every(({ width, colour }) => !width || !isSeen(colour))) return this.outline(box, style)
    if (sides.every(({ width, colour }) => width === sides[0].width && colour === sides[0].colour)) this.frame(box, sides[0], radius, style.borderTopStyle)
    else if (sides[3].width && !isSeen(sides[3].colour)) this.tip(box, sides[0].colour)
    else this.edges(box, sides)
    this.outline(box, style)
  }

  frame({ x, y, width, height }, { width: line, colour }, radius, kind) {
    const dash = kind === "dashed" ? `${4 * line} ${4 * line}` : null
    const size = { width: width - line, height: height - line }
    this.put("rect", { x: x + line / 2, y: y + line / 2, ...size, rx: radius, fill: "none", stroke: colour, "stroke-width": line, "stroke-dasharray": dash })
  }

  tip({ x, y, width, height }, fill) { this.put("path", { d: `M${x} ${y}h${width}l${-width / 2} ${height}z`, fill }) }

  edges({ x, y, width, height }, [top, right, bottom, left]) {
    const edge = (side, box) => { if (side.width && isSeen(side.colour)) this.put("rect", { ...box, fill: side.colour }) }
    edge(top, { x, y, width, height: top.width })
    edge(bottom, { x, y: y + height - bottom.width, width, height: bottom.width })
    edge(right, { x: x + width - right.width, y, width: right.width, height })
    edge(left, { x, y, width: left.width, height })
  }

  outline({ x, y, width, height }, style) {
    if (style.outlineStyle !== "solid" || !isSeen(style.outlineColor)) return
    const line = parseFloat(style.outlineWidth)
    const out = parseFloat(style.outlineOffset) + line / 2
    this.put("rect", { x: x - out, y: y - out, width: width + 2 * out, height: height + 2 * out, fill: "none", stroke: style.outlineColor, "stroke-width": line })
  }

  // A voice's square of colour in front of its name.
  swatch(node) {
    const style = getComputedStyle(node, "::before")
    if (style.content === "none" || !isSeen(style.backgroundColor)) return
    const box = this.place(node.getBoundingClientRect())
    const [width, height] = [parseFloat(style.width), parseFloat(style.height)]
    const text = box.height - parseFloat(getComputedStyle(node).paddingBottom)
    this.put("rect", { x: box.x, y: box.y + (text - height) / 2, width, height, rx: 3, fill: style.backgroundColor })
  }

  // A menu shows what is chosen in it, in a box of its own that no text node tells of.
  choice(node, style) {
    const { x, y, height } = this.place(node.getBoundingClientRect())
    const size = parseFloat(style.fontSize)
    this.put("text", { x: x + 6, y: y + height / 2 + 0.35 * size, fill: style.color, "font-family": style.fontFamily, "font-size": size }, node.selectedOptions[0]?.text)
  }

  words(node) {
    if (!node.data.trim()) return
    const style = getComputedStyle(node.parentElement)
    this.pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
    const up = this.pen.measureText("x").fontBoundingBoxAscent
    const [size, weight, slant] = [parseFloat(style.fontSize), style.fontWeight, style.fontStyle]
    const look = { "font-family": style.fontFamily, "font-size": size, "font-weight": weight === "400" ? null : weight, "font-style": slant === "normal" ? null : slant }
    for (const line of linesOf(node)) {
      const { x, y, width, height } = this.place(line)
      this.reach({ x, y, width, height })
      this.put("text", { x, y: y + up, fill: style.color, ...look, textLength: width || null, lengthAdjust: "spacingAndGlyphs" }, line.text.trim())
    }
  }

  canvas(node) {
    const box = this.place(node.getBoundingClientRect())
    if (!box.width || !box.height) return
    const style = `image-rendering:${getComputedStyle(node).imageRendering}`
    if (!node.figure) return this.put("image", { href: node.toDataURL(), ...box, preserveAspectRatio: "none", style })
    const group = this.put("g", { transform: `translate(${box.x.toFixed(2)} ${box.y.toFixed(2)})` })
    group.append(...drawnAgain(node.figure))
    this.reach(box)
  }

  drawing(node) {
    const copy = node.cloneNode(true)
    const originals = [node, ...node.querySelectorAll("*")]
    ;[copy, ...copy.querySelectorAll("*")].forEach((element, i) => restyled(element, originals[i]))
    const box = this.place(node.getBoundingClientRect())
    for (const [key, value] of Object.entries(box)) copy.setAttribute(key, value.toFixed(2))
    copy.querySelectorAll(ONLY_ON_SCREEN).forEach((element) => element.remove())
    this.layer.append(copy)
    this.reach(box)
  }
}
