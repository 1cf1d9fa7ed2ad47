// The messages of a chat: kept, drawn by day, and scrolled so that the newest stays in sight.

import { bubble, ghost } from "./bubble.js";
import { dayOf } from "./clock.js";
import { h, iconButton } from "./dom.js";

const NEAR = 80; // pixels from the end that still count as reading along

export class Messages {
  /** `view()` is the viewer's side of a message, see bubble.js; what belongs to one message is added here. */
  constructor(view) {
    this.view = view;
    this.items = new Map(); // by message id: {message, deleted, reactions, spinning, row}
    this.days = new Map(); // by date in words: its messages
    this.live = false; // while history comes in nothing is drawn
    this.following = true; // the newest message stays in sight
    this.top = 0; // where it was scrolled to last
    this.content = h("div", { class: "days" });
    this.log = h("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0", onscroll: () => this.scrolled() }, this.content);
    this.down = iconButton("down", "To the newest message", { class: "round down", hidden: true, onclick: () => this.toEnd() });
    const watcher = new ResizeObserver(() => { if (this.following) this.toEnd(); });
    watcher.observe(this.log);
    watcher.observe(this.content);
  }

  /** History is over: draw it. */
  begin() {
    this.live = true;
    this.drawAll();
  }

  // What happens to messages

  put(change, message) {
    const number = message.message_id;
    const { reactions = new Map(), spinning = new Map(), row } = this.items.get(number) ?? {};
    this.items.set(number, { message, deleted: change === "deleted", reactions, spinning, row });
    this.redraw(number);
  }

  react(number, by, emoji) {
    const item = this.items.get(number);
    if (!item) return;
    if (emoji) item.reactions.set(by, emoji);
    else item.reactions.delete(by);
    this.redraw(number);
  }

  reactionOf(person, number) { return this.items.get(number).reactions.get(person); }

  /** The buttons with that data spin until the query is answered. */
  spin(number, query, data) {
    this.items.get(number)?.spinning.set(query, data);
    if (this.items.has(number)) this.redraw(number);
  }

  /** True if something spun for that query. */
  stopSpinning(query) {
    for (const [number, item] of this.items) {
      if (item.spinning.delete(query)) {
        this.redraw(number);
        return true;
      }
    }
    return false;
  }

  // Drawing

  drawAll() {
    if (!this.live) return;
    for (const item of this.items.values()) this.draw(item);
    this.arrange();
  }

  redraw(number) {
    if (!this.live) return;
    this.draw(this.items.get(number));
    this.arrange();
  }

  draw(item) {
    const row = item.deleted ? ghost(item.message) : bubble(item.message, {
      ...this.view(), reactions: item.reactions, spinning: new Set(item.spinning.values()),
    });
    if (item.row) this.replace(item.row, row);
    else this.day(item.message).append(row);
    item.row = row;
  }

  /** Put the new row in the old one's place; who was on one of its buttons is on the same one again. */
  replace(old, row) {
    const focusable = (element) => [...element.querySelectorAll("a, button")];
    const place = focusable(old).indexOf(document.activeElement);
    old.replaceWith(row);
    if (place >= 0) (focusable(row)[place] ?? this.log).focus();
  }

  day(message) {
    const day = dayOf(message.date);
    if (!this.days.has(day)) {
      const rows = h("div", { class: "day", role: "group", "aria-label": day }, h("p", { class: "date", "aria-hidden": "true" }, day));
      this.days.set(day, rows);
      this.content.append(rows);
    }
    return this.days.get(day);
  }

  /** Who said several things in a row is named at the first, and its last has the tail. */
  arrange() {
    const all = [...this.items.values()];
    const author = (item) => item && !item.deleted ? item.message.from?.id : undefined;
    all.forEach((item, i) => {
      item.row.classList.toggle("first", author(item) !== author(all[i - 1]));
      item.row.classList.toggle("last", author(item) !== author(all[i + 1]));
    });
  }

  // Scrolling

  toEnd() { this.log.scrollTop = this.log.scrollHeight; }

  /** Whoever scrolls up reads there; that something grew below is no reason to stop following. */
  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    const near = scrollHeight - scrollTop - clientHeight < NEAR;
    this.following = near || (this.following && scrollTop >= this.top);
    this.top = scrollTop;
    this.down.hidden = this.following;
  }
}
