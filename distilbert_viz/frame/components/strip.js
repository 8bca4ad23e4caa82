// The strip of the tour: what is seen, one thing to do, what is so here; arrow keys go on and back.
const WRITES = "input, textarea, select, canvas, [contenteditable=true], [role=slider], [role=radio], [role=combobox], [role=tab]"
const OVER = "dialog[open], [role=dialog]" // lies over the page, which isn't to change behind it
const OUTLINE = 12
let keys = null

// What the bar and the strip cover of the window's height; the page keeps clear of both wherever it scrolls to something.
function covered() {
  const height = (element) => element?.getBoundingClientRect().height ?? 0
  const bar = document.querySelector(".st-key-bar")?.parentElement
  const sticks = bar && getComputedStyle(bar).position === "sticky"
  const above = height(sticks ? bar : document.querySelector("[data-testid=stHeader]")) + OUTLINE
  const below = height(document.querySelector(".st-key-tour")) + OUTLINE
  document.documentElement.style.setProperty("--covered", `${above}px 0 ${below}px`)
  return above + below
}

// Brings the outlined panel to where nothing covers it, once a stop, as soon as it is there; where a control above it is to be
// used, the control on top and the panel below it.
function lookAt(panel, control, stop) {
  let looks = 0
  const look = () => {
    const element = document.querySelector(`.st-key-${control ?? panel}`)
    if (lookAt.stop !== stop || looks++ > 100) return
    if (!element?.offsetHeight) return setTimeout(look, 150)
    const fits = element.offsetHeight <= window.innerHeight - covered()
    element.scrollIntoView({ block: !control && fits ? "center" : "start", behavior: "instant" })
    if (looks < 8) { looks = Math.max(looks, 7); setTimeout(look, 700) } // once more when the pictures above have their heights
  }
  if (lookAt.stop === stop) return
  lookAt.stop = stop
  look()
}

// The page is at its beginning again, and nothing that was to be looked at moves it.
function leave() {
  lookAt.stop = null
  document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0, behavior: "instant" })
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".tour")
  const make = (name, className, text) => Object.assign(document.createElement(name), { className, textContent: text })
  const go = (tour) => {
    if (!tour) leave()
    setTriggerValue("choice", { tour })
  }
  const button = (text, tour, className, off = false) => Object.assign(make("button", className, text), { type: "button", disabled: off, onclick: () => go(tour) })
  root.className = `tour${data.presenting ? " large" : ""}`
  document.removeEventListener("keydown", keys)
  const ways = make("div", "ways", "")
  const leavePresenting = Object.assign(make("button", "leave", "Leave presenter mode"), { type: "button", onclick: () => setTriggerValue("choice", { present: false }) })
  if (!data.number) {
    ways.append(button("Take the tour", 1, "next"), leavePresenting)
    root.replaceChildren(make("div", "head", "Presenter mode"), ways)
    lookAt.stop = keys = null
    return
  }
  const head = make("div", "head", data.name)
  head.append(make("span", "count", `stop ${data.number} of ${data.count}`))
  const text = make("div", "text", "")
  if (data.here) {
    text.append(make("p", "", data.about), make("p", "", `To do: ${data.todo}`))
    text.setAttribute("aria-live", "polite")
    if (data.said) text.append(make("p", "said", data.said))
  } else {
    text.append(make("p", "", "This stop is on another page."), button("Go there", data.number, "there"))
  }
  const last = data.number === data.count
  ways.append(button("← Back", data.number - 1, "back", data.number === 1), button(last ? "End" : "Next →", last ? 0 : data.number + 1, "next"))
  if (!last) ways.append(button("Leave", 0, "leave"))
  if (data.presenting) ways.append(leavePresenting)
  const focused = root.getRootNode().activeElement?.className
  root.replaceChildren(head, text, ways)
  if (focused) root.querySelector(`button.${focused}`)?.focus({ preventScroll: true })
  if (data.here) lookAt(data.panel, data.control, data.number)
  else lookAt.stop = null // who comes back to the stop is to see its panel again

  keys = (event) => {
    const target = event.composedPath()[0]
    if (!root.isConnected || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (target instanceof Element && (target.matches(WRITES) || target.closest(OVER))) return
    const to = { ArrowRight: data.number + 1, ArrowLeft: data.number - 1 }[event.key]
    if (to >= 1 && to <= data.count) { event.preventDefault(); go(to) }
  }
  document.addEventListener("keydown", keys)
}
