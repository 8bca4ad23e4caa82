// One head of each model as lines, from every token on the left (the query) to every token on the right (the key).
// A line's opacity is its weight. pointed.js and figures.js stand in front of this file.

const COLOURS = { teacher: "#0072B2", student: "#D55E00" }
const UNSEEN = 1 / 256 // opacity that no screen of 256 shades can show
const BESIDE = 40 // room for a weight beside a token

function rowHeight(count) {
  if (count <= 40) return 22
  return count <= 128 ? 14 : 8
}

class Lines {
  constructor(element, spec, owner) {
    Object.assign(this, { element, spec, owner, canvas: element.querySelector("canvas") })
    this.cells = spec.panels[0].cells
    this.count = spec.panels[0].shape[0]
    this.canvas.onpointermove = (event) => owner.point(this.under(event))
    this.canvas.onpointerleave = () => owner.point(null)
    this.canvas.onclick = (event) => { owner.point(this.under(event)); this.choose() }
    this.canvas.onkeydown = (event) => this.key(event)
    this.canvas.onfocus = () => owner.cursor ?? owner.point({ side: "query", token: spec.token ?? 0 })
    this.canvas.onblur = () => owner.point(null)
  }

  weight(query, key) { return this.cells[query * this.count + key] }
  y(token) { return (token + 0.5) * this.row + 2 }

  measure() {
    const width = this.element.clientWidth
    const height = this.count * this.row + 4
    const ratio = window.devicePixelRatio || 1
    for (const canvas of [this.canvas, this.still]) {
      canvas.width = width * ratio
      canvas.height = height * ratio
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0)
    }
    this.canvas.style.height = `${height}px`
    this.size = { width, height }
    this.context.font = this.font
    const longest = Math.max(...this.spec.tokens.rows.map((token) => this.context.measureText(token).width))
    this.side = Math.min(longest, width * 0.22)
    this.left = BESIDE + this.side + 8
    this.right = width - this.left
  }

  draw() {
    if (!this.element.clientWidth) return // it is being put away, or not laid out yet: it is drawn when it has a width
    const style = getComputedStyle(this.element)
    this.ink = style.getPropertyValue("--st-text-color") || "#222"
    this.ground = style.getPropertyValue("--st-background-color") || "#fff"
    this.row = rowHeight(this.count)
    this.font = `${Math.min(14, Math.max(9, this.row - 2))}px ${style.fontFamily}`
    this.context = this.canvas.getContext("2d")
    this.still = this.canvas.cloneNode()
    this.measure()
    const context = this.still.getContext("2d")
    context.fillStyle = this.ground // faint strokes on a transparent canvas would lose their hue to rounding
    context.fillRect(0, 0, this.size.width, this.size.height)
    context.strokeStyle = COLOURS[this.spec.voice]
    for (let query = 0; query < this.count; query++) this.fan(context, { side: "query", token: query }, 2)
    this.overlay()
  }

  // The lines of one token: to all it looks at, or from all that look at it.
  fan(context, { side, token }, thickness) {
    context.lineWidth = thickness
    for (let other = 0; other < this.count; other++) {
      const [query, key] = side === "query" ? [token, other] : [other, token]
      const weight = this.weight(query, key)
      if (weight < UNSEEN) continue
      context.globalAlpha = Math.min(1, weight)
      context.beginPath()
      context.moveTo(this.left, this.y(query))
      context.lineTo(this.right, this.y(key))
      context.stroke()
    }
    context.globalAlpha = 1
  }

  // What moves with the pointer and the choice: one token's lines alone, or all of them with the chosen token's drawn thicker.
  overlay() {
    if (!this.still) return
    const { context, owner: { cursor }, spec: { token } } = this
    context.clearRect(0, 0, this.size.width, this.size.height)
    context.strokeStyle = COLOURS[this.spec.voice]
    if (cursor) this.fan(context, cursor, 3)
    else {
      context.drawImage(this.still, 0, 0, this.size.width, this.size.height)
      if (token !== null) this.fan(context, { side: "query", token }, 4)
    }
    if (token !== null) ["query", "key"].forEach((side) => this.box(side, token, true))
    if (cursor) this.box(cursor.side, cursor.token, false)
    this.names()
    if (cursor) this.values(cursor)
    if (this.spec.second !== null) this.border(this.spec.second)
  }

  box(side, token, filled) {
    const at = [side === "query" ? BESIDE : this.right + 2, token * this.row + 2, this.side + 6, this.row - 1]
    this.context.fillStyle = this.context.strokeStyle = this.ink
    this.context.lineWidth = 2
    if (filled) this.context.fillRect(...at)
    else this.context.strokeRect(...at)
  }

  names() {
    const { context, spec } = this
    context.font = this.font
    context.textBaseline = "middle"
    const step = this.row < 11 ? 2 : 1
    spec.tokens.rows.forEach((name, token) => {
      if (token % step && token !== spec.token) return
      context.fillStyle = token === spec.token ? this.ground : this.ink
      context.textAlign = "right"
      context.fillText(name, this.left - 5, this.y(token) + 1, this.side)
      context.textAlign = "left"
      context.fillText(name, this.right + 5, this.y(token) + 1, this.side)
    })
  }

  values(cursor) {
    const least = this.row < 11 ? 0.05 : 0.005
    const mine = cursor.side === "query"
    this.context.fillStyle = this.ink
    this.context.textAlign = mine ? "right" : "left"
    this.weights(cursor).forEach((weight, other) => {
      if (weight >= least) this.context.fillText(weight.toFixed(2), mine ? this.size.width : 0, this.y(other) + 1)
    })
  }

  border(token) {
    const { context } = this
    context.strokeStyle = this.ink
    context.lineWidth = 1
    context.globalAlpha = 0.6
    context.setLineDash([2, 3])
    for (const from of [BESIDE, this.right]) {
      context.beginPath()
      context.moveTo(from, token * this.row + 1.5)
      context.lineTo(from + this.side + 8, token * this.row + 1.5)
      context.stroke()
    }
    context.setLineDash([])
    context.globalAlpha = 1
  }

  weights({ side, token }) {
    return Array.from({ length: this.count }, (_, other) => (side === "query" ? this.weight(token, other) : this.weight(other, token)))
  }

  say(cursor) {
    const names = this.spec.tokens.rows
    const largest = this.weights(cursor).map((weight, other) => [weight, other]).sort((a, b) => b[0] - a[0]).slice(0, 4)
    const verb = cursor.side === "query" ? "looks at" : "is looked at by"
    const others = largest.map(([weight, other]) => `${names[other]} ${format(weight)}`).join(", ")
    return `${this.spec.name} ${this.spec.panels[0].name} · ${names[cursor.token]} ${verb} ${others}`
  }

  under(event) {
    const { x, y } = pointedAt(event, this.canvas)
    const token = Math.floor((y - 2) / this.row)
    const side = x < this.left ? "query" : x > this.right ? "key" : null
    const inside = side !== null && token >= 0 && token < this.count
    this.canvas.style.cursor = inside ? "pointer" : "default"
    return inside ? { side, token } : null
  }

  choose() {
    if (!this.owner.cursor) return
    this.owner.send("choice", { voice: this.spec.voice, pick: "token", value: [this.spec.positions[this.owner.cursor.token]] })
  }

  key(event) {
    const cursor = this.owner.cursor ?? { side: "query", token: this.spec.token ?? 0 }
    const to = (token) => ({ ...cursor, token: Math.max(0, Math.min(this.count - 1, token)) })
    const moves = {
      ArrowUp: to(cursor.token - 1),
      ArrowDown: to(cursor.token + 1),
      Home: to(0),
      End: to(this.count - 1),
      ArrowLeft: { ...cursor, side: "query" },
      ArrowRight: { ...cursor, side: "key" },
      Escape: null,
    }
    const chosen = event.key === "Enter" || event.key === " "
    if (!chosen && !(event.key in moves)) return
    event.preventDefault()
    if (chosen) this.choose()
    else this.owner.point(moves[event.key])
  }
}

class Both {
  constructor(root, header, send) {
    Object.assign(this, { send, cursor: null, hint: header.hint, readout: root.querySelector(".readout") })
    const elements = root.querySelectorAll(".figure")
    this.figures = header.figures.map((spec, i) => new Lines(elements[i], spec, this))
    this.readout.textContent = this.hint
    this.redraw()
  }

  point(cursor) {
    const [now, then] = [cursor, this.cursor]
    if (now?.side === then?.side && now?.token === then?.token) return
    this.cursor = cursor
    this.readout.textContent = cursor ? this.figures.map((figure) => figure.say(cursor)).join("\n") : this.hint
    this.figures.forEach((figure) => figure.overlay())
  }

  pointAgain({ cursor }) { if (cursor && this.figures.every((figure) => cursor.token < figure.count)) this.point(cursor) }

  redraw() { this.figures.forEach((figure) => figure.draw()) }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".canvas")
  return show(root, data, (header) => new Both(root, header, setTriggerValue))
}
