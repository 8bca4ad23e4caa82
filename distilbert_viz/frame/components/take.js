// "Take along": every figure of the page as SVG, PNG or a page of its own, made here in the browser and sent nowhere.
// dark.js, sheet.js, laid.js and picture.js stand in front of this file.

const FIGURES = '[data-testid="stPlotlyChart"], [data-testid="stBidiComponentIsolated"], [data-testid="stMain"] iframe'
const NO_FIGURE = ".take, .tokens, .tiles, .agreement, .tour"
const BLOCK = '[data-testid="stElementContainer"]'
const SMALL = '[data-testid="stCaptionContainer"]'
const FONT = "sans-serif" // a file can't count on the page's own
const NARROWEST = 480
const MARGIN = 16
const LINE = 18
const LONGEST_QUOTE = 280
const SHARPNESS = 2

const made = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties)
  element.append(...children)
  return element
}

// XML has no way to write most control characters: they are named, as on the page.
const named = (xml) => xml.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, (c) => `U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`)
// A tick says its number when it is pointed at.
const said = (element) => element?.querySelector(".tick")?.dataset.said ?? element?.textContent
const oneLine = (element) => said(element)?.trim().replace(/\s+/g, " ") ?? ""

const address = () => location.pathname.split("/").filter(Boolean).at(-1) ?? ""
const comesBefore = (one, other) => Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING)

function figuresOn(page, { version, of_text }) {
  const hosts = [...page.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
  const strip = hosts.map((host) => host.shadowRoot?.querySelector(".strip")).find(Boolean)
  const about = of_text ? strip?.facts : null
  const all = [...page.querySelectorAll(FIGURES)].filter((element) => element.offsetHeight > 20 && !element.shadowRoot?.querySelector(NO_FIGURE))
  return all.map((element) => ({ element, ...wordsFor(element, page, all, about), about, version }))
}

// What stands on the page about a figure: the heading above it, what it shows, and the small print before and after it. On a
// page that is not about the present text, the small print of its first figure says of what all of them are.
function wordsFor(element, page, figures, about) {
  const headings = [...page.querySelectorAll("h1, h2, h3")].filter((h) => comesBefore(h, element))
  const heading = headings.at(-1)
  const below = oneLine(heading?.closest(BLOCK).nextElementSibling?.querySelector('[data-testid="stMarkdown"]:not(:has(small))'))
  const small = [...page.querySelectorAll(SMALL)]
  const before = (start, end) => small.filter((one) => start && comesBefore(start, one) && comesBefore(one, end))
  const after = (figure) => figure.closest(BLOCK)?.nextElementSibling?.querySelector(SMALL)
  const first = figures.find((figure) => heading && comesBefore(heading, figure))
  const general = about ? [] : [...before(headings[0], figures[0]), after(figures[0])]
  const notes = [...general, ...(first === element ? before(heading, element) : []), after(element)].map(oneLine).filter(Boolean)
  const titles = [...(element.shadowRoot?.querySelectorAll(".title") ?? [])].map(oneLine).join(", ")
  const caption = element.getAttribute("aria-label") || element.title || below || titles
  const key = [...(element.closest(BLOCK)?.classList ?? [])].find((name) => name.startsWith("st-key-"))?.slice(7)
  return { heading: oneLine(heading), caption, notes: [...new Set(notes)], key: key ?? caption.replace(/\W+/g, "-") }
}

// Words broken into lines; one that is wider than a line, character by character.
function lines(words, room, pen) {
  const width = (text) => pen.measureText(text.trimEnd()).width
  const found = [""]
  for (const word of words.match(/\S+\s*/g) ?? []) {
    for (const part of width(word) > room ? word : [word]) {
      if (found.at(-1) && width(found.at(-1) + part) > room) found.push("")
      found[found.length - 1] += part
    }
  }
  return found
}

const cut = (text) => (text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE).replace(/[\ud800-\udbff]$/, "")}…` : text) // no half of an emoji

function legend({ heading, caption, notes, about, version }, quoted) {
  const read = about && `${about.pair} · ${quoted(about.text)}`
  return [heading, caption, ...notes.map(quoted), read, `distilbert_viz ${version}, ${new Date().toISOString().slice(0, 10)}`].filter(Boolean)
}

// The figure on the page's own ground, its words under it.
function drawn(figure, style) {
  const picture = new Picture(figure.element)
  const [ink, ground] = [style.getPropertyValue("--st-text-color").trim() || "#222", style.getPropertyValue("--st-background-color").trim() || "#fff"]
  const width = Math.max(NARROWEST, Math.ceil(picture.width) + 2 * MARGIN)
  const under = svgElement("g", { "font-family": FONT, "font-size": 13, fill: ink })
  picture.pen.font = `13px ${FONT}`
  let y = picture.height + 2 * MARGIN
  legend(figure, cut).forEach((words, first) => lines(words, width - 2 * MARGIN, picture.pen).forEach((line) => {
    under.append(svgElement("text", { x: MARGIN, y: (y += LINE) - 4, "font-weight": first ? null : 600, "fill-opacity": first ? 0.8 : null }, line))
  }))
  const height = Math.ceil(y) + MARGIN
  const svg = svgElement("svg", { width, height, viewBox: `0 0 ${width} ${height}` })
  const body = svgElement("g", { transform: `translate(${MARGIN} ${MARGIN})` })
  body.append(...picture.svg.childNodes)
  svg.append(svgElement("title", {}, `${figure.heading}: ${figure.caption}`), svgElement("desc", {}, legend(figure, String).join("\n")))
  svg.append(svgElement("rect", { width, height, fill: ground }), body, under)
  return { svg, width, height, ink, ground }
}

const asXml = ({ svg }) => new Blob([named(`<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}`)], { type: "image/svg+xml" })

async function asPng(picture) {
  const image = new Image()
  image.src = URL.createObjectURL(asXml(picture))
  await image.decode()
  const canvas = made("canvas", { width: SHARPNESS * picture.width, height: SHARPNESS * picture.height })
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
  URL.revokeObjectURL(image.src)
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"))
}

// A frame's own page, with the libraries in it that it has by an address of the app.
async function framed(html) {
  const page = new DOMParser().parseFromString(html, "text/html")
  for (const script of page.querySelectorAll("script[src]")) {
    script.textContent = await (await fetch(new URL(script.getAttribute("src"), document.baseURI))).text()
    script.removeAttribute("src")
  }
  return page
}

// One page that asks no network for anything; a frame is a page already, and keeps what it can do.
async function asPage(figure, style) {
  if (figure.element.srcdoc) return paged(await framed(figure.element.srcdoc), figure)
  const page = document.implementation.createHTMLDocument(figure.heading)
  const picture = drawn(figure, style)
  picture.svg.setAttribute("style", "max-width:100%;height:auto")
  const policy = made("meta", { httpEquiv: "Content-Security-Policy", content: "default-src 'none'; img-src data:; style-src 'unsafe-inline'" })
  page.head.prepend(made("meta", { name: "viewport", content: "width=device-width" }), policy)
  page.body.setAttribute("style", `margin:0;background:${picture.ground};color:${picture.ink}`)
  page.body.append(picture.svg)
  return paged(page, figure)
}

function paged(page, figure) {
  page.documentElement.lang = "en"
  const charset = made("meta")
  charset.setAttribute("charset", "utf-8")
  page.head.prepend(charset)
  const words = legend(figure, String).map((line) => made("p", { textContent: line }))
  const caption = made("details", { open: Boolean(figure.element.srcdoc) }, made("summary", { textContent: "What this shows, and the whole text" }), ...words)
  caption.setAttribute("style", "font:14px/1.5 system-ui,sans-serif;margin:16px;overflow-wrap:anywhere")
  page.body.append(caption)
  return new Blob([named(`<!doctype html>\n${page.documentElement.outerHTML}`)], { type: "text/html" })
}

const FORMATS = {
  SVG: (figure, style) => asXml(drawn(figure, style)),
  PNG: (figure, style) => asPng(drawn(figure, style)),
  HTML: asPage,
}

async function take(figure, format, style) {
  const blob = await FORMATS[format](figure, style)
  const name = `${address() || "distilbert_viz"}-${figure.key}.${format.toLowerCase()}`
  const link = made("a", { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

function row(figure, style) {
  const formats = Object.keys(FORMATS).map((format) => {
    const button = made("button", { type: "button", textContent: format, ariaLabel: `${figure.heading}: ${figure.caption} as ${format}` })
    button.onclick = () => take(figure, format, style)
    return button
  })
  const name = made("div", { className: "name" }, made("strong", { textContent: figure.heading }), made("span", { textContent: figure.caption }))
  return made("li", {}, name, made("div", { className: "formats" }, ...formats))
}

// On a phone the list of pages lies over the page, and goes once one of them was chosen. This stands here since "Take along"
// is on every page.
const NARROW = "(max-width: 768px)"
window.distilbertVizList ??= addEventListener("click", (event) => {
  if (matchMedia(NARROW).matches && event.target.closest('[data-testid="stSidebarNavLink"]'))
    setTimeout(() => document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click())
}) ?? true

export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name)
  // Streamlit (1.67) runs nothing when the theme is switched, and what the server draws would keep the colours of the other one.
  const theme = isDark(find(".take")) ? "dark" : "light"
  if (theme !== data.theme) setTriggerValue("choice", { theme })
  find(".open").onclick = () => {
    const page = document.querySelector('[data-testid="stMain"]')
    const style = getComputedStyle(find(".take"))
    const rows = figuresOn(page, data).map((figure) => row(figure, style))
    find("ul").replaceChildren(...(rows.length ? rows : [made("li", { textContent: "There is no figure on this page yet." })]))
    find(".link input").value = location.href
    find(".copy").textContent = "Copy link"
    find("dialog").showModal()
  }
  find(".copy").onclick = async () => {
    find(".link input").select()
    try { await navigator.clipboard.writeText(location.href) } catch { document.execCommand("copy") } // no clipboard without https
    find(".copy").textContent = "Copied"
  }
  find(".report").onclick = () => {
    find("dialog").close()
    setTriggerValue("choice", { page: "Report", layer: null })
  }
}
