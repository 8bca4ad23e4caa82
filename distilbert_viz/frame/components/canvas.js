// Matrices drawn as cells of colour: every head at a glance, one head in full, vectors over their dimensions.
// dark.js, pointed.js and figures.js stand in front of it.

const GAP = 3
const LABEL = 11
const EDGE = 3 // of the frame around what is chosen, which is drawn outside of it

const STEPS = { u1: 255, u2: 65535 }

function valueAt(figure, panel, row, column) {
  const cell = panel.cells[row * panel.shape[1] + column]
  const [low, high] = panel.range
  return figure.dtype === "f4" ? cell : low + (cell / STEPS[figure.dtype]) * (high - low)
}

function paintCells(figure, panel, table) {
  const [rows, columns] = panel.shape
  const canvas = document.createElement("canvas")
  canvas.width = columns
  canvas.height = rows
  const context = canvas.getContext("2d")
  const image = context.createImageData(columns, rows)
  const [low, high] = panel.contrast
  const [from, to] = figure.dtype === "f4" ? [0, 1] : panel.range
  const unit = figure.dtype === "f4" ? 1 : (to - from) / STEPS[figure.dtype]
  const scale = (255 * unit) / (high - low)
  const base = (low - from) / unit
  for (let i = 0; i < panel.cells.length; i++) {
    const colour = 3 * Math.max(0, Math.min(255, Math.round((panel.cells[i] - base) * scale)))
    image.data[4 * i] = table[colour]
    image.data[4 * i + 1] = table[colour + 1]
    image.data[4 * i + 2] = table[colour + 2]
    image.data[4 * i + 3] = 255
  }
  context.putImageData(image, 0, 0)
  return canvas
}

// Where everything lies, in CSS pixels, for a figure drawn `width` wide.
function layout(figure, width, context) {
  context.font = `${LABEL}px ${figure.font}`
  const longest = (labels) => Math.max(0, ...labels.map((label) => context.measureText(label).width))
  const single = figure.labels !== null
  const left = Math.min(width * 0.28, 8 + Math.max(longest(figure.rows), single ? longest(figure.labels.rows) : 0))
  const columns = figure.slots[1]
  const panelWidth = (width - left - EDGE - GAP * (columns - 1)) / columns
  const tops = []
  const square = figure.height === "square"
  let top = figure.columns.length ? LABEL + 6 : EDGE
  if (single) top = Math.min(90, 10 + longest(figure.labels.columns) * 0.75)
  const right = single ? Math.min(60, left) : 0
  const inner = single && square ? Math.min(panelWidth - right, figure.largest ?? 620) : panelWidth - right
  for (let slot = 0; slot < figure.slots[0]; slot++) {
    const height = square ? inner : figure.height[slot]
    tops.push({ top, height })
    top += height + (square ? GAP : GAP * 4)
  }
  return { left, panelWidth: inner, tops, height: top, x: (column) => left + column * (inner + GAP) }
}

class Figure {
  constructor(root, spec, owner) {
    this.spec = spec
    this.owner = owner
    this.element = root
    this.canvas = root.querySelector("canvas")
    this.cursor = null
    this.canvas.onpointermove = (event) => this.point(event)
    this.canvas.onpointerleave = () => owner.hover(null)
    this.canvas.onclick = (event) => { this.point(event); this.choose() }
    this.canvas.onkeydown = (event) => this.key(event)
    this.canvas.onfocus = () => this.cursor ?? this.moveTo(this.start())
  }

  start() {
    if (this.spec.cell) return { panel: 0, row: this.spec.cell[0], column: this.spec.cell[1] }
    const chosen = this.spec.chosen
    const panel = chosen === null ? 0 : this.spec.panels.findIndex((p) => p.id[0] === chosen[0] && p.id[1] === chosen[1])
    return { panel: Math.max(0, panel), row: 0, column: 0 }
  }

  measure() {
    const width = this.element.clientWidth
    const ratio = window.devicePixelRatio || 1
    this.context = this.canvas.getContext("2d")
    this.place = layout(this.spec, width, this.context)
    this.canvas.width = width * ratio
    this.canvas.height = this.place.height * ratio
    this.canvas.style.height = `${this.place.height}px`
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.context.imageSmoothingEnabled = false
  }

  box(panel) {
    const { top, height } = this.place.tops[panel.slot[0]]
    return { x: this.place.x(panel.slot[1]), y: top, width: this.place.panelWidth, height }
  }

  draw() {
    if (!this.element.clientWidth) return // it is being put away, or not laid out yet: it is drawn when it has a width
    this.measure()
    const style = getComputedStyle(this.element)
    this.ink = style.getPropertyValue("--st-text-color") || "#222"
    const table = this.owner.tables[this.spec.scale][isDark(this.element) ? "dark" : "light"]
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height)
    this.spec.panels.forEach((panel) => {
      panel.image = paintCells(this.spec, panel, table)
      const { x, y, width, height } = this.box(panel)
      this.context.drawImage(panel.image, x, y, width, height)
      this.outline(panel, 0.18, 1)
      if (panel.text) this.write(panel)
      panel.marks?.forEach((kind) => this.markPanel(panel, kind))
    })
    this.gaps()
    this.marks()
    this.names()
    this.still = this.context.getImageData(0, 0, this.canvas.width, this.canvas.height)
    this.overlay()
  }

  // A word on a panel of one colour, in black or white: whichever contrasts more, which is 4.5 at least.
  write(panel) {
    const { x, y, width, height } = this.box(panel)
    const [r, g, b] = [...panel.image.getContext("2d").getImageData(0, 0, 1, 1).data].map((byte) => {
      const part = byte / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    this.context.fillStyle = 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff"
    this.context.font = `${LABEL}px ${this.spec.font}`
    this.context.textAlign = "center"
    this.context.textBaseline = "middle"
    this.context.fillText(panel.text, x + width / 2, y + height / 2, width - 3)
  }

  outline(panel, alpha, line) {
    const { x, y, width, height } = this.box(panel)
    this.context.globalAlpha = alpha
    this.context.strokeStyle = this.ink
    this.context.lineWidth = line
    this.context.strokeRect(x - line / 2, y - line / 2, width + line, height + line)
    this.context.globalAlpha = 1
  }

  markPanel(panel, kind) {
    const { x, y, width, height } = this.box(panel)
    const context = this.context
    if (kind === "frame") {
      context.strokeStyle = "#882255"
      context.lineWidth = 2
      return context.strokeRect(x + 1, y + 1, width - 2, height - 2)
    }
    context.fillStyle = "#ffffff"
    context.strokeStyle = "#000000"
    context.lineWidth = 1
    context.fillRect(x + 3, y + 3, 5, 5)
    context.strokeRect(x + 3, y + 3, 5, 5)
  }

  gaps() {
    const context = this.context
    this.spec.gaps.forEach(([slot, words]) => {
      const { top, height } = this.place.tops[slot]
      context.globalAlpha = 0.35
      context.strokeStyle = this.ink
      context.setLineDash([4, 4])
      context.strokeRect(this.place.left + 0.5, top + 0.5, this.place.x(this.spec.slots[1]) - GAP - this.place.left - 1, height - 1)
      context.setLineDash([])
      context.globalAlpha = 0.75
      context.fillStyle = this.ink
      context.textAlign = "center"
      context.textBaseline = "middle"
      context.font = `${LABEL + 1}px ${this.spec.font}`
      context.fillText(words, (this.place.left + this.canvas.clientWidth) / 2, top + height / 2)
      context.globalAlpha = 1
    })
  }

  // On a matrix of heads: lines between layers, frames and dots on single cells.
  marks() {
    if (!this.spec.marks) return
    const { x, y, width, height } = this.box(this.spec.panels[0])
    const [rows, columns] = this.spec.panels[0].shape
    const [down, right] = [height / rows, width / columns]
    const context = this.context
    context.strokeStyle = this.ink
    context.lineWidth = 1
    context.beginPath()
    for (let row = this.spec.steps[0]; row < rows; row += this.spec.steps[0]) { context.moveTo(x, y + row * down); context.lineTo(x + width, y + row * down) }
    for (let column = this.spec.steps[1]; column < columns; column += this.spec.steps[1]) { context.moveTo(x + column * right, y); context.lineTo(x + column * right, y + height) }
    context.stroke()
    this.spec.marks.forEach(([row, column, kind]) => {
      const [left, top] = [x + column * right, y + row * down]
      if (kind === "frame") {
        context.strokeStyle = "#882255"
        context.lineWidth = 2
        return context.strokeRect(left, top, right, down)
      }
      const side = Math.max(2, 0.4 * Math.min(right, down))
      const place = [left + (right - side) / 2, top + (down - side) / 2, side, side]
      context.fillStyle = "#ffffff"
      context.fillRect(...place)
      context.strokeStyle = "#000000"
      context.lineWidth = 1
      context.strokeRect(...place)
    })
  }

  names() {
    const context = this.context
    context.font = `${LABEL}px ${this.spec.font}`
    context.fillStyle = this.ink
    context.textBaseline = "middle"
    context.textAlign = "right"
    if (this.spec.labels !== null) return this.tokenNames()
    this.spec.rows.forEach((label, slot) => {
      if (label) context.fillText(label, this.place.left - 6, this.place.tops[slot].top + this.place.tops[slot].height / 2, this.place.left - 8)
    })
    context.textAlign = "center"
    this.spec.columns.forEach((label, column) => {
      context.fillText(label, this.place.x(column) + this.place.panelWidth / 2, LABEL / 2 + 1, this.place.panelWidth)
    })
  }

  tokenNames() {
    const panel = this.spec.panels[0]
    const { x, y, width, height } = this.box(panel)
    const context = this.context
    const stride = (count, size) => Math.max(1, Math.ceil((LABEL + 2) / (size / count)))
    const each = (labels, size, put) => {
      const step = stride(labels.length, size)
      labels.forEach((label, i) => { if (i % step === 0) put(label, (i + 0.5) * (size / labels.length)) })
    }
    each(this.spec.labels.rows, height, (label, at) => context.fillText(label, x - 6, y + at, this.place.left - 8))
    context.textAlign = "left"
    each(this.spec.labels.columns, width, (label, at) => {
      context.save()
      context.translate(x + at, y - 5)
      context.rotate(-Math.PI / 4)
      context.fillText(label, 0, 0, 90)
      context.restore()
    })
  }

  // What moves with the pointer and the choice is drawn over the still picture.
  overlay() {
    if (!this.still) return
    this.context.putImageData(this.still, 0, 0)
    const chosen = this.spec.chosen
    this.spec.panels.forEach((panel) => {
      if (chosen && panel.id[0] === chosen[0] && panel.id[1] === chosen[1]) this.outline(panel, 1, 3)
    })
    if (this.spec.labels && this.spec.token !== null) this.band(this.spec.panels[0], this.spec.token, null, 0.9)
    if (this.spec.cell) this.band(this.spec.panels[0], ...this.spec.cell, 0.9)
    if (this.cursor) this.mark(this.cursor)
    else if (this.owner.linked && this.owner.linked.shape === this.shapeKey()) this.crosshair(this.owner.linked)
  }

  shapeKey() { return this.spec.labels ? this.spec.panels[0].shape.join() : "" }

  mark(cursor) {
    const panel = this.spec.panels[cursor.panel]
    this.outline(panel, 0.9, 2)
    this.band(panel, cursor.row, cursor.column, 0.9)
  }

  crosshair(cursor) { this.band(this.spec.panels[0], cursor.row, cursor.column, 0.9) }

  band(panel, row, column, alpha) {
    const { x, y, width, height } = this.box(panel)
    const [rows, columns] = panel.shape
    const context = this.context
    context.globalAlpha = alpha
    context.strokeStyle = this.ink
    context.lineWidth = 1
    if (row !== null && rows > 1) context.strokeRect(x, y + (row * height) / rows, width, height / rows)
    if (column !== null) context.strokeRect(x + (column * width) / columns, y, width / columns, height)
    context.globalAlpha = 1
  }

  point(event) {
    const at = pointedAt(event, this.canvas)
    const panel = this.spec.panels.findIndex((candidate) => {
      const { x, y, width, height } = this.box(candidate)
      return at.x >= x && at.x < x + width && at.y >= y && at.y < y + height
    })
    this.canvas.style.cursor = panel >= 0 && this.spec.picks ? "pointer" : "default"
    if (panel < 0) return this.owner.hover(null)
    const { x, y, width, height } = this.box(this.spec.panels[panel])
    const [rows, columns] = this.spec.panels[panel].shape
    this.moveTo({ panel, row: Math.floor(((at.y - y) / height) * rows), column: Math.floor(((at.x - x) / width) * columns) })
  }

  // To a cell that is there: a picture that grows has none yet, another text may have fewer.
  moveTo(cursor) {
    const [rows, columns] = this.spec.panels[cursor.panel]?.shape ?? [0, 0]
    if (cursor.row >= rows || cursor.column >= columns) return
    this.cursor = cursor
    this.owner.hover(this, cursor)
  }

  say(cursor) {
    const panel = this.spec.panels[cursor.panel]
    const step = panel.step ?? 1
    const name = (labels, index) => {
      const first = labels[index * step] ?? `${index}`
      const last = labels[Math.min(labels.length - 1, index * step + step - 1)]
      return step > 1 && first !== last ? `${first} … ${last}` : first
    }
    const value = valueAt(this.spec, panel, cursor.row, cursor.column)
    const tokens = this.spec.tokens
    const where = [name(tokens.rows, cursor.row), name(tokens.columns, cursor.column)].filter(Boolean).join(" → ")
    return `${this.spec.name} ${panel.name} · ${where} · ${step > 1 ? "largest " : ""}${format(value)}`
  }

  choose() {
    if (!this.cursor || !this.spec.picks) return
    const panel = this.spec.panels[this.cursor.panel]
    const step = panel.step ?? 1
    const { row, column } = this.cursor
    const value = { panel: panel.id, mixture: panel.id, cell: [row, column], patch: [row, column] }[this.spec.picks] ?? [this.spec.positions[row * step]]
    this.owner.choose({ voice: this.spec.voice, pick: this.spec.picks, value })
  }

  key(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); return this.choose() }
    if (!(event.key in moves)) return
    event.preventDefault()
    const [down, right] = moves[event.key]
    const cursor = this.cursor ?? this.start()
    if (!this.spec.panels.length) return
    if (["panel", "mixture"].includes(this.spec.picks)) return this.moveTo({ ...this.neighbour(cursor.panel, down, right) })
    this.moveTo(this.beside(cursor, down, right))
  }

  // The next cell; below the last row of a panel, the first row of the panel below it, which may be narrower.
  beside({ panel, row, column }, down, right) {
    const { panels } = this.spec
    const inside = (value, count) => Math.max(0, Math.min(count - 1, value))
    const leaves = row + down < 0 || row + down >= panels[panel].shape[0]
    const to = leaves ? inside(panel + down, panels.length) : panel
    const [rows, columns] = panels[to].shape
    return { panel: to, row: to === panel ? inside(row + down, rows) : down > 0 ? 0 : rows - 1, column: inside(column + right, columns) }
  }

  neighbour(index, down, right) {
    const [row, column] = this.spec.panels[index].id
    const next = this.spec.panels.findIndex((panel) => panel.id[0] === row + down && panel.id[1] === column + right)
    return { panel: next < 0 ? index : next, row: 0, column: 0 }
  }
}

class Canvas {
  constructor(root, header, send, tables) {
    Object.assign(this, { root, send, tables, linked: null })
    this.readout = root.querySelector(".readout")
    this.readout.textContent = header.hint
    this.hint = header.hint
    this.figures = header.figures.map((spec, i) => {
      spec.font = getComputedStyle(root).fontFamily
      return new Figure(root.querySelectorAll(".figure")[i], spec, this)
    })
    this.figures.forEach((figure) => figure.draw())
  }

  hover(figure, cursor) {
    this.figures.forEach((other) => { if (other !== figure) other.cursor = null })
    if (figure === null) this.figures.forEach((other) => { other.cursor = null })
    this.linked = figure && figure.spec.labels ? { ...cursor, shape: figure.shapeKey() } : null
    this.readout.textContent = figure ? figure.say(cursor) : this.hint
    this.figures.forEach((other) => other.overlay())
  }

  pointAgain({ figures }) { figures.forEach(({ cursor }, i) => { if (cursor) this.figures[i].moveTo(cursor) }) }

  choose(value) { this.send("choice", value) }
  redraw() { this.figures.forEach((figure) => figure.draw()) }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".canvas")
  return show(root, data, (header) => new Canvas(root, header, setTriggerValue, TABLES))
}
