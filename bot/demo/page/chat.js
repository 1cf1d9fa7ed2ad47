// One chat as one person sees it: header, messages, composer. A private chat has one person, a group has several.

import { ask, post } from "./api.js";
import { Composer } from "./composer.js";
import { h, iconButton, openMenu, showAlert } from "./dom.js";
import { Messages } from "./messages.js";

const TOAST_SECONDS = 4;
const TYPING_SECONDS = 5; // Telegram's own
const SPIN_SECONDS = 30; // after which Telegram's apps stop waiting for a bot
const EMOJI = [["👍", "thumbs up"], ["❤️", "heart"], ["🔥", "fire"], ["😁", "grin"], ["😢", "tears"]];

export class Chat {
  /** `facts` are those of the server's "chat" event; `world` is the page's `people`, see demo.js. */
  constructor(facts, world) {
    this.world = world;
    this.facts = facts;
    this.me = facts.members[0];
    this.panel = { panel: null, used_by: [] };
    this.profile = { name: "Coach", description: "", commands: [] };
    this.messages = new Messages(() => this.view());
    this.build();
    this.update(facts);
  }

  get id() { return this.facts.id; }
  get isPrivate() { return this.facts.kind === "private"; }
  get title() { return this.facts.title; }

  /** Do something as the person who holds this phone; whether it worked. */
  async act(name, body = {}) {
    if (body instanceof FormData) body.append("chat", this.id);
    else body = { ...body, chat: this.id };
    return this.attempt(post(`/phone/${this.me}/${name}`, body));
  }

  async attempt(promise) {
    try {
      await promise;
      return true;
    } catch (error) {
      this.toast(error.message);
      return false;
    }
  }

  // What is around the messages

  build() {
    this.composer = new Composer(this.id, `Message to ${this.isPrivate ? "Coach" : this.title}`, (name, body) => this.act(name, body));
    this.avatar = h("span", { class: "avatar", "aria-hidden": "true" });
    this.heading = h("h2");
    this.status = h("p", { class: "status" });
    this.viewer = h("select", { "aria-label": "Who you are here", onchange: () => this.become(Number(this.viewer.value)) });
    this.menu = iconButton("dots", "Chat menu", {
      "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.openMenu(),
    });
    this.intro = h("div", { class: "intro" });
    this.toasts = h("div", { class: "toasts", role: "status" });
    this.big = h("button", { type: "button", class: "big", hidden: true });
    this.messages.content.append(this.intro);
    this.element = h(
      "section", { class: this.isPrivate ? "phone" : "phone group", id: `chat${this.id}` },
      h("header", {}, this.avatar, h("div", { class: "who" }, this.heading, this.status, this.toasts), this.isPrivate ? null : this.viewer, this.menu),
      h("div", { class: "room" }, this.messages.log, this.messages.down),
      this.big, this.composer.element,
    );
  }

  update(facts) {
    this.facts = facts;
    if (!facts.members.includes(this.me) && facts.members.length) this.become(facts.members[0]);
    this.viewer.replaceChildren(...facts.members.map((id) => {
      const option = h("option", { value: id }, `as ${this.world.nameOf(id)}`);
      option.selected = id === this.me;
      return option;
    }));
    this.show();
  }

  show() {
    const name = this.isPrivate ? this.profile.name : this.title;
    const label = this.isPrivate ? `${this.title}'s chat with ${name}` : `Group ${name}`;
    const isNew = this.isPrivate && !this.messages.items.size;
    this.avatar.textContent = name.slice(0, 1);
    this.heading.textContent = name;
    this.status.textContent = this.typing ? "typing…" : this.about();
    this.status.classList.toggle("typing", Boolean(this.typing));
    this.element.setAttribute("aria-label", label);
    this.messages.log.setAttribute("aria-label", `Messages, ${label}`);
    this.showIntro(isNew);
    this.showBig(isNew);
    this.composer.setCommands(this.profile.commands);
    this.composer.setKeyboard(this.panel.panel, this.panel.panel?.one_time_keyboard && this.panel.used_by.includes(this.me));
  }

  about() {
    const people = this.facts.members.map((id) => this.world.nameOf(id));
    return this.isPrivate ? `bot · ${this.title}'s phone` : `${people.join(", ")} and ${this.profile.name}`;
  }

  showIntro(isNew) {
    const { name, description } = this.profile;
    this.intro.hidden = !isNew;
    this.intro.replaceChildren(
      h("span", { class: "avatar large", "aria-hidden": "true" }, name.slice(0, 1)), h("h3", {}, name),
      description ? h("p", {}, h("b", {}, "What can this bot do?"), description) : h("p", {}, "No messages here yet"),
    );
  }

  /** The one thing that can be done, in the place of the composer. */
  showBig(isNew) {
    const start = ["Start", "type", { text: "/start" }];
    const [text, act, body] = this.facts.blocked ? ["Unblock", "unblock"] : isNew ? start : [];
    this.big.textContent = text ?? "";
    this.big.hidden = !act;
    this.big.onclick = async () => { await this.act(act, body); this.messages.log.focus(); };
    this.composer.element.hidden = Boolean(act);
  }

  /** To where one writes, or to what is there instead. */
  focus() { (this.big.hidden ? this.composer : this.big).focus(); }

  openMenu() {
    const strangers = this.world.everybody().filter((id) => !this.facts.members.includes(id));
    const name = this.world.nameOf(this.me);
    openMenu(this.menu, this.isPrivate
      ? [this.facts.blocked
        ? { name: "person", text: "Unblock the bot", act: () => this.act("unblock") }
        : { name: "block", text: "Block the bot", act: () => this.act("block") }]
      : [
        ...strangers.map((id) => ({
          name: "person", text: `${this.world.nameOf(id)} joins`,
          act: () => this.attempt(post(`/phone/${id}/join`, { chat: this.id })),
        })),
        { name: "close", text: `${name} leaves`, act: () => this.act("leave") },
      ], "Chat menu");
  }

  /** In a group: look at it as somebody else. */
  become(person) {
    this.me = person;
    this.messages.drawAll();
    this.show();
    if (this.messages.live) this.learn();
  }

  /** Ask how the bot presents itself here. */
  async learn() {
    const known = this.profile.name;
    try {
      this.profile = await ask(`/phone/${this.me}/profile?chat=${this.id}`);
    } catch {
      return; // the page says already that the demo does not answer
    }
    if (this.profile.name !== known) this.messages.drawAll();
    this.show();
  }

  // What happens

  /** History is over: from now on what comes is news. */
  async settle() {
    this.messages.begin();
    this.show();
    await this.learn();
    this.messages.log.setAttribute("aria-live", "polite");
  }

  message({ change, message }) {
    this.messages.put(change, message);
    if (!this.messages.live) return;
    if (message.from?.is_bot) this.setTyping(false);
    if (this.messages.items.size === 1) this.show();
    if (change === "new" && message.from?.id === this.me) this.messages.toEnd();
    if (change === "new") this.world.heard(this);
  }

  reaction({ message_id, by, emoji }) { this.messages.react(message_id, by, emoji); }

  setPanel(panel) {
    this.panel = panel;
    this.show();
  }

  /** Only who taps sees the spinner; what was tapped before this page came is long over. */
  tapped({ query, message_id, data, by }) {
    if (by !== this.me || !this.messages.live) return;
    this.messages.acted();
    this.messages.spin(message_id, query, data);
    setTimeout(() => this.messages.stopSpinning(query), SPIN_SECONDS * 1000);
  }

  /** The bot answered a tap, here or elsewhere. */
  answered({ query, text, alert }) {
    if (!this.messages.stopSpinning(query) || !text) return;
    if (alert) showAlert(text);
    else this.toast(text);
  }

  setTyping(typing) {
    clearTimeout(this.typing);
    this.typing = typing && setTimeout(() => this.setTyping(false), TYPING_SECONDS * 1000);
    this.show();
  }

  toast(text) {
    const toast = h("p", {}, text);
    this.toasts.replaceChildren(toast); // one at a time, as on a phone
    setTimeout(() => toast.remove(), TOAST_SECONDS * 1000);
  }

  // A message to its viewer

  view() {
    return {
      me: this.me,
      named: !this.isPrivate,
      nameOf: (user) => user?.is_bot ? this.profile.name : user?.first_name ?? "Channel",
      tap: (message, button) => this.act("tap", { message_id: message.message_id, button }),
      command: (text) => this.act("type", { text }),
      toPrivate: () => this.world.toPrivate(this.me),
      more: (opener, message) => this.openMessageMenu(opener, message),
      oops: (text) => this.toast(text),
    };
  }

  openMessageMenu(opener, message) {
    const number = message.message_id;
    const mine = message.from?.id === this.me;
    const given = this.messages.reactionOf(this.me, number);
    const items = [EMOJI.map(([picture, name]) => {
      const emoji = picture.replace("\ufe0f", ""); // as the Bot API spells it
      const taken = emoji === given;
      return {
        text: picture,
        title: taken ? `Take ${name} back` : `React with ${name}`,
        act: () => this.act("react", { message_id: number, emoji: taken ? null : emoji }),
      };
    })];
    if (mine && (message.text || message.document || message.photo)) items.push({ name: "pencil", text: "Edit", act: () => this.composer.edit(message) });
    if (mine || this.isPrivate) {
      items.push({ name: "bin", text: "Delete", act: () => this.act("delete", { message_id: number }) });
    }
    openMenu(opener, items, "Message actions");
  }
}
