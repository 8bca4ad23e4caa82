// Lines over steps on a canvas: axes, a legend that says the values under the pointer, zoom by dragging (twice a click: all).
// pointed.js stands in front of it.
const CHART = { height: 200, left: 48, right: 10, top: 8, bottom: 22 }

const make = (name, className, text = "") => {
  const element = document.createElement(name)
  element.className = className
  element.textContent = text
  return element
}

const digits = (number) => (Number.isFinite(number) ? Number(number.toPrecision(3)).toString() : "–")

// Round numbers within [low, high], about `count` of them, a multiple of 1, 2 or 5 times a power of ten apart.
function roundNumbers(low, high, count) {
  const least = (high - low) / count
  const power = 10 ** Math.floor(Math.log10(least))
  const apart = power * [1, 2, 5, 10].find((factor) => factor * power >= least)
  const first = Math.ceil(low / apart)
  return Array.from({ length: Math.max(0, Math.floor(high / apart) - first + 1) }, (_, i) => (first + i) * apart)
}

// One to nine times every power of ten within [low, high].
function logNumbers(low, high) {
  const found = []
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++)
    for (let i = 1; i < 10; i++) if (i * 10 ** power >= low && i * 10 ** power <= high) found.push(i * 10 ** power)
  return found
}

class Chart {
  // `series`: { name of the field, label, colour, dash }; `log`: a logarithmic axis.
  constructor(root, title, series, log) {
    Object.assign(this, { series, log, rows: [], range: null, pointer: null, dragged: null, hidden: new Set() })
    this.root = make("div", "chart")
    this.canvas = make("canvas", "")
    this.canvas.setAttribute("role", "img")
    this.canvas.setAttribute("aria-label", title)
    this.root.append(make("div", "caption", title), this.canvas, this.legend())
    root.append(this.root)
    this.listen()
  }

  legend() {
    this.entries = make("div", "legend")
    this.step = this.entry(make("span", ""), "step")
    this.values = this.series.map((line) => this.button(line))
    return this.entries
  }

  entry(element, label) {
    const value = make("span", "", "–")
    element.append(make("b", "", `${label}: `), value)
    this.entries.append(element)
    return value
  }

  button(line) {
    const button = make("button", "")
    button.style.setProperty("--line", line.colour)
    button.setAttribute("aria-pressed", "true")
    button.onclick = () => {
      this.hidden.delete(line.name) || this.hidden.add(line.name)
      button.setAttribute("aria-pressed", String(!this.hidden.has(line.name)))
      this.plan()
    }
    return this.entry(button, line.label)
  }

  // One more line, whose name came up only now.
  add(line) {
    this.series.push(line)
    this.values.push(this.button(line))
  }

  listen() {
    const at = (event) => pointedAt(event, this.canvas)
    const point = (pointer) => { this.pointer = pointer; this.plan() }
    this.canvas.onmousemove = (event) => point(at(event))
    this.canvas.onmouseleave = () => { this.dragged = null; point(null) }
    this.canvas.onmousedown = (event) => { this.dragged = at(event).x }
    this.canvas.onmouseup = (event) => {
      const ends = [this.dragged, at(event).x].sort((a, b) => a - b)
      if (this.x && this.dragged !== null && ends[1] - ends[0] > 5) this.zoom(ends.map((x) => this.x.number(x)))
      this.dragged = null
      this.plan()
    }
    this.canvas.ondblclick = () => { this.range = null; this.plan() }
  }

  draw(rows) { this.rows = rows; this.plan() }

  within([from, to]) { return this.rows.filter((row) => row.number >= from && row.number <= to) }
  // To where there is something to see.
  zoom(range) { if (this.within(range).length) this.range = range }

  // Drawn at most once a frame, and not at all on a page that nobody sees.
  plan() { this.planned ??= requestAnimationFrame(() => { this.planned = null; this.paint() }) }

  paint() {
    const width = this.root.clientWidth || 200, scale = window.devicePixelRatio || 1
    this.canvas.width = Math.round(width * scale)
    this.canvas.height = Math.round(CHART.height * scale)
    this.context = this.canvas.getContext("2d")
    this.context.scale(scale, scale)
    const rows = this.range ? this.within(this.range) : this.rows
    const lines = this.series.filter((line) => !this.hidden.has(line.name))
    const values = lines.flatMap((line) => rows.map((row) => row[line.name]))
    const bounds = this.bounds(values)
    if (bounds) {
      this.scales(rows, bounds, width)
      this.axes()
      lines.forEach((line) => this.line(line, rows))
      this.cursor(lines, rows)
    }
    this.say(bounds && this.under(rows))
  }

  // [lowest, highest] value with some air, or null where there is nothing to draw.
  bounds(values) {
    const shown = values.filter((value) => Number.isFinite(value) && (!this.log || value > 0)).map((value) => (this.log ? Math.log10(value) : value))
    if (!shown.length) return null
    const low = shown.reduce((a, b) => Math.min(a, b)), high = shown.reduce((a, b) => Math.max(a, b))
    const air = 0.06 * (high - low) || Math.abs(high) / 10 || 1
    return [low - air, high + air]
  }

  scales(rows, [low, high], width) {
    const scale = (from, to, start, end) => ({
      from, to, start, end,
      place: (number) => start + ((number - from) / (to - from)) * (end - start),
      number: (place) => from + ((place - start) / (end - start)) * (to - from),
    })
    const first = rows[0].number, last = rows.at(-1).number
    this.x = scale(first, last > first ? last : first + 1, CHART.left, width - CHART.right)
    this.y = scale(low, high, CHART.height - CHART.bottom, CHART.top)
    this.height = (value) => this.y.place(this.log ? Math.log10(value) : value)
  }

  axes() {
    const style = getComputedStyle(this.root), context = this.context
    this.ink = style.getPropertyValue("--st-text-color").trim() || style.color
    Object.assign(context, { font: `12px ${style.fontFamily}`, fillStyle: this.ink, lineWidth: 1, strokeStyle: "rgba(128,128,128,.2)" })
    context.textAlign = "center"
    for (const number of roundNumbers(this.x.from, this.x.to, Math.max(2, (this.x.end - this.x.start) / 55))) {
      if (!Number.isInteger(number)) continue
      const x = this.x.place(number)
      this.stroke([[x, this.y.start], [x, this.y.end]])
      context.fillText(digits(number), Math.min(x, this.x.end - 4), CHART.height - 5)
    }
    context.textAlign = "right"
    for (const [value, labelled] of this.levels()) {
      const y = this.height(value)
      this.stroke([[this.x.start, y], [this.x.end, y]])
      if (labelled) context.fillText(digits(value), this.x.start - 7, y + 4)
    }
  }

  // [value, whether it is written]: on a logarithmic axis powers of ten alone are written, where there are two of them.
  levels() {
    if (!this.log) return roundNumbers(this.y.from, this.y.to, 4).map((value) => [value, true])
    const found = logNumbers(10 ** this.y.from, 10 ** this.y.to)
    const powers = new Set(found.filter((value) => Math.log10(value) % 1 === 0))
    return found.map((value) => [value, powers.size > 1 ? powers.has(value) : /^[125]/.test(digits(value).replace(/^[0.]+/, ""))])
  }

  stroke(points, style = {}) {
    const context = this.context
    context.save()
    Object.assign(context, style)
    context.setLineDash(style.dash ?? [])
    context.beginPath()
    points.forEach(([x, y]) => context.lineTo(x, y))
    context.stroke()
    context.restore()
  }

  line(line, rows) {
    const known = rows.filter((row) => Number.isFinite(row[line.name]) && (!this.log || row[line.name] > 0))
    const points = known.map((row) => [this.x.place(row.number), this.height(row[line.name])])
    this.stroke(points, { strokeStyle: line.colour, lineWidth: 2, lineJoin: "round", dash: line.dash })
    if (points.length === 1) this.dot(points[0], line.colour)
  }

  dot([x, y], colour) {
    this.context.fillStyle = colour
    this.context.beginPath()
    this.context.arc(x, y, 4, 0, 2 * Math.PI)
    this.context.fill()
  }

  // The row whose step is nearest to the pointer.
  under(rows) {
    if (!this.pointer) return null
    const number = this.x.number(this.pointer.x)
    return rows.reduce((best, row) => (Math.abs(row.number - number) < Math.abs(best.number - number) ? row : best))
  }

  cursor(lines, rows) {
    const row = this.under(rows)
    if (!row) return
    const x = this.x.place(row.number), dashed = { strokeStyle: this.ink, globalAlpha: 0.6, dash: [3, 3] }
    this.stroke([[x, this.y.start], [x, this.y.end]], dashed)
    this.stroke([[this.x.start, this.pointer.y], [this.x.end, this.pointer.y]], dashed)
    lines.filter((line) => Number.isFinite(row[line.name])).forEach((line) => this.dot([x, this.height(row[line.name])], line.colour))
    if (this.dragged === null) return
    this.context.fillStyle = "rgba(128,128,128,.2)"
    this.context.fillRect(this.dragged, this.y.end, this.pointer.x - this.dragged, this.y.start - this.y.end)
  }

  say(row) {
    const said = [[this.step, row?.number], ...this.values.map((value, i) => [value, row?.[this.series[i].name]])]
    said.forEach(([element, number]) => { element.textContent = element === this.step ? (number ?? "–") : digits(number) })
  }
}
