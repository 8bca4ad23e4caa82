// The text before and after masking: a cell a token, a card where a token has a true label; a click chooses that token. anew.js
// stands in front of this file.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".masking")
  const make = (name, className, text = "") => {
    const element = document.createElement(name)
    element.className = className
    element.textContent = text
    return element
  }
  const draw = (token) => {
    if (!token.outcome) return make("span", "plain", token.reads)
    const card = make("button", `card${token.chosen ? " chosen" : ""}`)
    card.type = "button"
    card.title = `position ${token.position}: look at its soft labels below`
    card.onclick = () => setTriggerValue("choice", { position: token.position })
    const line = make("span", "line")
    line.append(make("span", "typed", token.typed), make("span", "arrow", "→"), make("span", "reads", token.reads))
    card.append(line, make("span", "outcome", `${token.position} · ${token.outcome}`))
    return card
  }
  drawAnew(root, data.tokens.map(draw))
}
