// Given a run's line of facts: window.seen grows by [step, seconds since 1970] for each step number that comes to stand in it.
// The time is that of the second frame after the change: by then the first has been painted, with the point on the chart.
(facts) => {
  window.seen = []
  const look = () => {
    const step = /step (\d+) of/.exec(facts.textContent)
    if (!step) return
    requestAnimationFrame(() => requestAnimationFrame(() => window.seen.push([Number(step[1]), Date.now() / 1000])))
  }
  new MutationObserver(look).observe(facts, { childList: true, characterData: true, subtree: true })
}
