// A run while it learns, and afterwards: curves, held-out numbers, and its probes at any recorded step.
const INK = { loss_ce: "#009E73", loss_mlm: "#CC79A7", loss_cos: "#88731b", kl: "#117733", agreement: "#117733" }
const VOICE = { teacher: "#0072B2", student: "#D55E00" }
const ACTIVE = ["waiting", "starting", "running"]
const PARTS = ["loss_ce", "loss_mlm", "loss_cos"]
const OTHERS = ["#8E7CC3", "#E7298A", "#66A61E", "#A6761D"] // of losses under names of their own, in turn
const NO_LOSS = ["number", "loss", "gradient_norm", "learning_rate", "tokens", "seconds"] // what else a step says
// What soft labels are over, as the charts call what they count.
const COUNTED = { token: ["a token", "tokens"], tag: ["a token", "tokens"], class: ["a text", "texts"], "": ["", ""] }

const percent = (share) => (Number.isFinite(share) ? `${(100 * share).toFixed(1)}%` : "–") // nothing came of numbers that aren't finite
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`

class Series {
  constructor() { this.list = [] }
  // A resumed run makes some steps again: what is here from the first new number on is made anew.
  add(columns) {
    if (!columns.number.length) return
    while (this.list.length && this.last.number >= columns.number[0]) this.list.pop()
    columns.number.forEach((_, i) => this.list.push(Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[i]]))))
  }
  get last() { return this.list.at(-1) }
}

class Run {
  constructor(root, data) {
    Object.assign(this, { root, data, steps: new Series(), evaluations: new Series(), pictures: [], shown: null, wanted: null, live: true, drawn: new Map(), status: null })
    root.textContent = ""
    this.facts = make("div", "facts")
    this.bar = make("progress", "")
    this.charts = make("div", "charts")
    this.scrub = make("div", "scrub")
    this.cards = make("div", "cards")
    this.scrub.hidden = data.alone // losses, and nothing to look back at
    root.append(this.facts, this.bar, this.charts, this.scrub, this.cards)
    this.bar.hidden = !data.steps
    this.bar.max = data.steps || 1
    this.bar.setAttribute("aria-label", "steps made")
    this.build()
  }

  // Whether this is what the page shows: a run with more steps has another view in the same place.
  get here() { return this.root.isConnected && mounted.get(this.root) === this }

  build() {
    const { watched, outcome } = this.data, [each, counted] = COUNTED[outcome]
    const parts = PARTS.map((name) => ({ name, label: name.replace("loss_", "L_"), colour: INK[name] }))
    this.lossChart = new Chart(this.charts, watched ? "Losses by step, as the training names them (log scale)" : "Loss by step (combined, and its parts unweighted; log scale)",
      [{ name: "loss", label: watched ? "loss" : "combined", colour: "#888" }, ...(watched ? [] : parts)], true)
    this.klChart = new Chart(this.charts, `Held-out KL(teacher ‖ student), nats ${each} at T = 1`,
      [{ name: "kl", label: "KL", colour: INK.kl }], false)
    const truth = [{ name: "student_accuracy", label: "student", colour: VOICE.student }, { name: "teacher_accuracy", label: "teacher", colour: VOICE.teacher }]
    const known = outcome === "token" // else nobody knows what is true
    this.shareChart = new Chart(this.charts, `Held-out ${counted}: agreement${known ? ", and true word found" : ""}`,
      [{ name: "agreement", label: "agree", colour: INK.agreement, dash: [5, 4] }, ...(known ? truth : [])], false)
    ;[this.klChart, this.shareChart].forEach((chart) => { chart.root.hidden = !outcome })
    this.slider = make("input", "slider")
    Object.assign(this.slider, { type: "range", min: 0, max: 0, value: 0 })
    this.slider.setAttribute("aria-label", "recorded step")
    this.where = make("span", "where")
    this.slider.oninput = () => {
      this.player.stop()
      this.live = Number(this.slider.value) === this.pictures.length - 1
      this.show(this.pictures[Number(this.slider.value)])
    }
    this.scrub.append(make("span", "", "Look back:"), this.slider, this.where)
    this.player = new Player(this)
    new ResizeObserver(() => this.plan()).observe(this.charts)
  }

  address(rest) { return new URL(`runs/${this.data.run}/${rest}`, document.baseURI) }

  async tick() {
    if (!this.here) return
    try { await this.refresh() } catch (error) { this.say("The server can't be reached; this view goes on by itself once it can.") }
    setTimeout(() => this.tick(), ACTIVE.includes(this.status) || this.status === null ? 500 : 2500)
  }

  async refresh() {
    const after = `after=${this.steps.last?.number ?? -1}&evaluated=${this.evaluations.last?.number ?? -1}`
    const answer = await fetch(this.address(`live?${after}`))
    if (answer.status === 404) {
      this.status = "deleted" // asked for seldom from now on
      return this.say("This run is no longer there.")
    }
    const news = await answer.json()
    this.steps.add(news.steps)
    this.evaluations.add(news.evaluations)
    this.name(news.steps)
    if (news.steps.number.length) this.lossChart.draw(this.steps.list)
    if (news.evaluations.number.length) [this.klChart, this.shareChart].forEach((chart) => chart.draw(this.evaluations.list))
    this.pictures = news.pictures
    this.say(this.sentence(news))
    if (!this.player.playing) this.bar.value = this.steps.last?.number ?? 0
    this.status = news.status
    this.place()
    if (!this.probes && this.pictures.length) await this.meet()
    this.slider.max = Math.max(0, this.pictures.length - 1)
    if (!ACTIVE.includes(this.status)) this.player.offer(this.data.play)
    if (this.live && this.pictures.length && this.shown !== this.pictures.at(-1)) {
      this.slider.value = this.slider.max
      await this.show(this.pictures.at(-1))
    }
  }

  // A line for every loss that the training has named, from when it first does.
  name(columns) {
    const drawn = this.lossChart.series.map((line) => line.name)
    const fresh = Object.keys(columns).filter((name) => !drawn.includes(name) && !NO_LOSS.includes(name) && columns[name].some(Number.isFinite))
    for (const name of fresh) {
      const label = PARTS.includes(name) ? name.replace("loss_", "L_") : name
      this.lossChart.add({ name, label, colour: INK[name] ?? OTHERS[(this.lossChart.series.length - 1) % OTHERS.length] })
    }
  }

  // Curves and bar up to a step, so that they grow while the run is played.
  drawUntil(number) {
    this.bar.value = Math.min(number, this.steps.last?.number ?? 0)
    const until = (series) => series.list.filter((row) => row.number <= number)
    this.lossChart.draw(until(this.steps))
    ;[this.klChart, this.shareChart].forEach((chart) => chart.draw(until(this.evaluations)))
  }

  say(text) { if (this.facts.textContent !== text) this.facts.textContent = text }

  sentence(news) {
    const last = this.steps.last
    const parts = [news.status === "waiting" && news.place ? `waiting, place ${news.place} in the queue` : news.status]
    if (news.reason) parts.push(news.reason)
    if (!last) return [...parts, news.status === "starting" || news.status === "running" ? "loading teacher and text" : ""].filter(Boolean).join(" · ")
    parts.push(this.data.steps ? `step ${last.number} of ${this.data.steps}` : `step ${last.number}`)
    const recent = this.steps.list.slice(-20)
    const spent = last.seconds - recent[0].seconds
    if (recent.length > 1 && spent > 0) {
      const tokens = recent.slice(1).reduce((sum, step) => sum + step.tokens, 0) / (recent.length - 1) // of a step: of many not all are here
      const pace = (last.number - recent[0].number) / spent
      if (tokens) parts.push(`${Math.round(tokens * pace).toLocaleString("en")} tokens/s`)
      if (news.status === "running" && this.data.steps) parts.push(`${clock(Math.max(0, this.data.steps - last.number) / pace)} left`)
    }
    for (const name of ["learning_rate", "gradient_norm"]) {
      const value = this.steps.list.findLast((step) => Number.isFinite(step[name]))?.[name] // some trainings say it now and then
      if (value !== undefined) parts.push(`${name.replace("_", " ")} ${digits(value)}`)
    }
    const [first, now] = [this.evaluations.list[0], this.evaluations.last]
    if (now) parts.push(`held-out KL ${digits(first.kl)} → ${digits(now.kl)} nats`, `agreement ${percent(first.agreement)} → ${percent(now.agreement)}`)
    if (news.watching) parts.push(news.watching)
    return parts.join(" · ")
  }

  async meet() {
    this.probes = await this.fetched("probes")
    this.heads()
    this.cards.replaceChildren()
    this.views = this.probes.map((probe) => new Card(this.cards, probe, this.data.layers))
  }

  heads() {
    const [layers, heads] = this.probes[0].shape
    const select = (label, count, letter, name) => {
      const box = make("label", "head", `${label} `)
      const list = make("select", "")
      list.setAttribute("aria-label", name)
      for (let i = 0; i < count; i++) list.append(new Option(`${letter}${i}`, i))
      list.onchange = () => this.redraw()
      box.append(list)
      this.scrub.append(box)
      return list
    }
    this.chosen = { teacherLayer: select("Teacher", layers, "L", "teacher layer"), teacherHead: select("", heads, "H", "teacher head"), studentLayer: select("Student", this.data.layers, "L", "student layer"), studentHead: select("", heads, "H", "student head") }
    this.chosen.studentLayer.value = this.data.layers - 1
    this.chosen.teacherLayer.value = this.data.start[this.data.layers - 1] ?? layers - 1
  }

  // What can't be had now is asked for again with the next news; until then the page says what it shows.
  async show(number) {
    this.wanted = number
    if (!this.drawn.has(number)) {
      const probes = await this.fetched(`pictures/${number}`).catch(() => null)
      if (!probes) return
      this.drawn.set(number, probes)
    }
    if (this.wanted !== number) return
    this.shown = number
    this.redraw()
  }

  async fetched(rest) {
    const probes = await (await fetch(this.address(rest))).json()
    return probes.map((probe) => ({ ...probe, maps: bytes(probe.maps) }))
  }

  place() {
    const text = this.shown === null ? "" : `step ${this.shown}${this.live && ACTIVE.includes(this.status) ? ", live" : ""}`
    if (this.where.textContent === text) return
    this.where.textContent = text
    this.slider.setAttribute("aria-valuetext", text) // its own value counts pictures
  }

  plan() { [this.lossChart, this.klChart, this.shareChart].forEach((chart) => chart.plan()) }

  redraw() {
    const picture = this.drawn.get(this.shown)
    if (!picture || !this.views) return
    this.place()
    const heads = Object.fromEntries(Object.entries(this.chosen).map(([name, list]) => [name, Number(list.value)]))
    const theme = isDark(this.root) ? "dark" : "light"
    this.views.forEach((view, i) => view.draw(picture[i], heads, theme))
  }
}

function bytes(text) { return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) }

class Card {
  constructor(root, probe, layers) {
    this.probe = probe
    this.layers = layers
    const card = make("div", "card")
    const sentence = make("div", "sentence")
    probe.tokens.forEach((token, i) => sentence.append(make("span", i === probe.position ? "token chosen" : "token", token)))
    this.bars = make("div", "bars")
    this.note = make("div", "note")
    this.handed = make("div", "handed")
    this.maps = make("div", "maps")
    this.canvases = ["teacher", "student"].map((voice) => {
      const box = make("figure", `map ${voice}`)
      const canvas = make("canvas", "")
      const words = make("figcaption", voice)
      box.append(canvas, words)
      this.maps.append(box)
      return { canvas, words }
    })
    card.append(sentence, this.bars, this.note, this.handed, this.maps)
    root.append(card)
    this.rows = probe.candidates.map((token, i) => {
      const row = make("div", "row")
      const bars = make("div", "pair")
      const [teacher, student] = ["teacher", "student"].map((voice) => { const bar = make("div", `bar ${voice}`); bars.append(bar); return bar })
      teacher.style.width = `${100 * probe.teacher[i]}%`
      const value = make("span", "value")
      row.append(make("span", "word", token), bars, value)
      this.bars.append(row)
      return { student, value }
    })
  }

  draw(picture, heads, theme) {
    this.rows.forEach(({ student, value }, i) => {
      student.style.width = `${100 * picture.student[i]}%`
      value.textContent = `${percent(this.probe.teacher[i])} | ${percent(picture.student[i])}`
    })
    const own = picture.own.map((token, i) => `${token} ${percent(picture.own_probabilities[i])}`).join(", ")
    this.note.textContent = own && `KL ${digits(picture.kl)} nats. The student's own first: ${own}`
    this.handOver(picture)
    const teacher = [heads.teacherLayer, heads.teacherHead, theme]
    const [layers, teacherHeads] = this.probe.shape
    if (String(teacher) !== this.teacher) this.map(0, this.probe.maps, ...teacher, teacherHeads)
    this.teacher = String(teacher)
    const studentHeads = (teacherHeads * layers * picture.maps.length) / (this.probe.maps.length * this.layers) // a narrower one has fewer
    this.map(1, picture.maps, heads.studentLayer, Math.min(heads.studentHead, studentHeads - 1), theme, studentHeads)
  }

  // How far the answer is from the teacher's when the teacher reads on from the student's state, depth by depth; on the scale of
  // the largest value that was drawn so far, so that bars get shorter while it learns.
  handOver(picture) {
    if (!picture.hand_over) return
    const values = [...picture.hand_over, picture.kl]
    this.most = Math.max(this.most ?? 0, ...values)
    if (!this.rungs) this.buildHandOver(values.length)
    values.forEach((value, i) => {
      this.rungs[i].bar.style.width = `${(100 * value) / (this.most || 1)}%`
      this.rungs[i].value.textContent = `${digits(value)} nats`
    })
  }

  buildHandOver(count) {
    this.handed.append(make("div", "caption", "The teacher reads on from the student's state: KL from the teacher's answer"))
    this.rungs = Array.from({ length: count }, (_, i) => {
      const alone = i === count - 1
      const row = make("div", "row")
      const bars = make("div", "pair")
      const bar = make("div", `bar ${alone ? "student" : "teacher"}`)
      const value = make("span", "value")
      bars.append(bar)
      row.append(make("span", "word", alone ? "student alone" : i ? `after L${i - 1}` : "embeddings"), bars, value)
      this.handed.append(row)
      return { bar, value }
    })
  }

  map(index, maps, layer, head, theme, heads) {
    const { canvas, words } = this.canvases[index]
    const size = this.probe.tokens.length
    const start = (layer * heads + head) * size * size
    const table = TABLES.sequential[theme]
    canvas.width = canvas.height = size
    const context = canvas.getContext("2d")
    const image = context.createImageData(size, size)
    for (let i = 0; i < size * size; i++) {
      const colour = 3 * maps[start + i]
      image.data.set([table[colour], table[colour + 1], table[colour + 2], 255], 4 * i)
    }
    context.putImageData(image, 0, 0)
    words.textContent = `${index ? "student" : "teacher"} L${layer} H${head}`
  }
}

const mounted = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".run")
  const before = mounted.get(root)
  if (before?.data.run === data.run && before.data.steps === data.steps) { // the theme may be another
    before.plan()
    before.redraw()
    return
  }
  const run = new Run(root, data)
  mounted.set(root, run)
  run.tick()
}
