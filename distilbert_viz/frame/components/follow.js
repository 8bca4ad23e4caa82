// Runs that have not ended: once one of them stands otherwise than the page says, the page is told, and runs again.
const SECONDS_A_LOOK = 1

class Follower {
  constructor(root, data, send) { Object.assign(this, { root, data, send }); this.plan() }

  plan() { this.timer = setTimeout(() => this.look(), 1000 * SECONDS_A_LOOK) }

  async look() {
    if (!this.root.isConnected) return
    const { data } = this
    try {
      const answer = await fetch(new URL(`runs/standing?of=${Object.keys(data.runs).join(",")}`, document.baseURI))
      const now = await answer.json()
      const news = Object.keys(data.runs).some((run) => data.runs[run] !== now[run]) ? JSON.stringify(now) : null
      // What the page was told once it isn't told again, unless the runs stood as it says in between.
      if (data === this.data && news && news !== this.told) this.send("choice", { standing: now })
      if (data === this.data) this.told = news
    } catch (error) { /* the server is away: the next look tells */ }
    this.plan()
  }
}

const mounted = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".follow")
  const before = mounted.get(root)
  if (before) Object.assign(before, { data, send: setTriggerValue })
  else mounted.set(root, new Follower(root, data, setTriggerValue))
}
