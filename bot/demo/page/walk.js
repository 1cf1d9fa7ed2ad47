// A chat's messages by keyboard: Tab stops at the newest, the arrows go from there to the older ones.

const USABLE = "a, button, video, [role=button]";

/** A message and what can be used in it; it stays the same list when the message is drawn again. */
export const usable = (row) => row.matches("article") ? [row, ...row.querySelectorAll(USABLE)] : [];

export class Walk {
  constructor(log) {
    this.log = log;
    this.at = null; // the message that has the focus
    log.addEventListener("keydown", (event) => this.key(event));
    log.addEventListener("focusin", (event) => this.enter(event.target.closest("article")));
    log.addEventListener("focusout", (event) => { if (!log.contains(event.relatedTarget)) this.enter(null); });
  }

  rows() { return [...this.log.querySelectorAll("article")]; }

  enter(row) {
    this.at = row;
    this.mark();
  }

  /** Tab stops in the newest message, in the newest that has buttons, and in the one that has the focus. */
  mark() {
    const rows = this.rows();
    const stops = new Set([rows.at(-1), rows.findLast((row) => row.querySelector(".buttons")), this.at]);
    for (const row of rows) {
      const index = stops.has(row) ? 0 : -1;
      if (row.tabStop === index) continue;
      row.tabStop = index;
      for (const each of usable(row).slice(1)) each.tabIndex = index;
    }
  }

  key(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const rows = this.rows();
    const bottom = this.log.getBoundingClientRect().bottom;
    const next = this.at
      ? rows[rows.indexOf(this.at) + step]
      : rows.findLast((row) => row.getBoundingClientRect().top < bottom); // the newest in sight
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}
