// The lower edge of a chat: where one types, the command menu above it, the bot's keyboard below it.

import { h, icon, iconButton, openMenu } from "./dom.js";
import { askForPlace } from "./place.js";

const LONGEST_LINE_COUNT = 6;

export class Composer {
  /** `act(name, body)` does something as the person whose chat it is; `id` is of this chat alone. */
  constructor(id, label, act) {
    this.act = act;
    this.commands = [];
    this.editing = null; // the message that is being changed
    this.chosen = -1; // which of the offered commands
    this.input = h("textarea", {
      rows: "1", placeholder: "Message", "aria-label": label, maxlength: "4096", autocomplete: "off", enterkeyhint: "send",
      "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": `commands${id}`,
    });
    this.offers = h("ul", { id: `commands${id}`, class: "offers", role: "listbox", "aria-label": "Commands", hidden: true });
    this.slash = iconButton("commands", "Commands", { hidden: true, onclick: () => this.toggleCommands() });
    this.attach = iconButton("attach", "Attach", {
      "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.openAttach(),
    });
    this.send = iconButton("send", "Send", { class: "round send", onclick: () => this.submit() });
    this.banner = h("div", { class: "banner", hidden: true });
    this.keyboard = h("div", { class: "keyboard", role: "group", "aria-label": "The bot's keyboard", hidden: true });
    this.element = h(
      "div", { class: "composer" },
      this.offers, this.banner, h("div", { class: "line" }, this.slash, this.input, this.attach, this.send), this.keyboard,
    );
    this.input.addEventListener("input", () => { this.grow(); this.offer(); });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.closeOffers());
    // A press on an offered command must not take the focus away before its click arrives.
    this.offers.addEventListener("mousedown", (event) => event.preventDefault());
    this.slash.addEventListener("mousedown", (event) => event.preventDefault());
  }

  focus() { this.input.focus(); }

  // Typing

  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const edited = this.editing;
    this.endEdit();
    this.write("");
    const done = edited
      ? await this.act("edit", { message_id: edited.message_id, text })
      : await this.act("type", { text });
    if (!done) this.write(text);
  }

  edit(message) {
    const words = message.text ?? message.caption ?? "";
    this.editing = message;
    this.banner.replaceChildren(
      icon("pencil"), h("span", {}, h("strong", {}, "Edit message"), h("small", {}, words || "Caption")),
      iconButton("close", "Cancel editing", { onclick: () => { this.endEdit(); this.write(""); this.focus(); } }),
    );
    this.banner.hidden = false;
    this.write(words);
    this.focus();
  }

  endEdit() {
    this.editing = null;
    this.banner.hidden = true;
  }

  write(text) {
    this.input.value = text;
    this.grow();
    this.closeOffers();
  }

  grow() {
    this.input.rows = Math.min(this.input.value.split("\n").length, LONGEST_LINE_COUNT);
  }

  key(event) {
    const open = !this.offers.hidden;
    if (event.isComposing) return;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      this.choose(this.chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (open && this.chosen >= 0 && (event.key === "Enter" || event.key === "Tab")) {
      this.offers.children[this.chosen].click();
    } else if (event.key === "Enter" && !event.shiftKey) {
      this.submit();
    } else if (event.key === "Escape" && open) {
      this.closeOffers();
    } else if (event.key === "Escape" && this.editing) {
      this.endEdit();
      this.write("");
    } else return;
    event.preventDefault();
  }

  // Commands

  setCommands(commands) {
    this.commands = commands;
    this.slash.hidden = !commands.length;
  }

  toggleCommands() {
    const open = !this.offers.hidden;
    this.focus();
    if (open) this.closeOffers();
    else this.show(this.commands);
  }

  /** Offer what begins like the command that is being typed. */
  offer() {
    const typed = /^\/(\w*)$/.exec(this.input.value)?.[1];
    this.show(typed === undefined ? [] : this.commands.filter(({ command }) => command.startsWith(typed.toLowerCase())));
  }

  show(commands) {
    this.offers.replaceChildren(...commands.map(({ command, description }, number) => h(
      "li", { role: "option", id: `${this.offers.id}-${number}`, "aria-selected": "false", onclick: () => this.sendCommand(command) },
      h("b", {}, `/${command}`), " ", h("span", {}, description),
    )));
    this.chosen = -1;
    this.offers.hidden = !commands.length;
    this.input.removeAttribute("aria-activedescendant");
  }

  closeOffers() { this.show([]); }

  choose(number) {
    const all = [...this.offers.children];
    this.chosen = (number + all.length) % all.length;
    all.forEach((offer, i) => offer.setAttribute("aria-selected", String(i === this.chosen)));
    all[this.chosen].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", all[this.chosen].id);
  }

  sendCommand(command) {
    this.write("");
    this.act("type", { text: `/${command}` });
  }

  // Attachments

  openAttach() {
    openMenu(this.attach, [
      { name: "photo", text: "Photo", act: () => this.pickFile("photo", "image/*") },
      { name: "document", text: "Document", act: () => this.pickFile("document", "") },
      { name: "pin", text: "Location", act: () => this.sharePlace("location") },
      { name: "voice", text: "Voice message", act: () => this.act("voice") },
      { name: "sticker", text: "Sticker", act: () => this.act("sticker") },
    ], "Attach");
  }

  pickFile(kind, accept) {
    const input = h("input", { type: "file", accept, hidden: true, oncancel: () => input.remove(), onchange: () => {
      const form = new FormData();
      form.append("file", input.files[0]);
      this.act(kind, form);
      input.remove();
    } });
    this.element.append(input);
    input.click();
  }

  async sharePlace(act) {
    const place = await askForPlace();
    if (place) this.act(act, place);
    this.focus();
  }

  // The bot's keyboard

  setKeyboard(panel, hidden) {
    const shown = JSON.stringify(hidden ? null : panel);
    if (shown === this.shownPanel) return; // drawn again it would lose the focus
    this.shownPanel = shown;
    const rows = hidden ? [] : panel?.keyboard ?? [];
    const hadFocus = this.keyboard.contains(document.activeElement);
    this.keyboard.replaceChildren(...rows.map((row) => h("div", {}, row.map((button) => h(
      "button", { type: "button", onclick: () => this.press(button) },
      button.request_location ? icon("pin") : null, button.text,
    )))));
    this.keyboard.hidden = !rows.length;
    this.input.placeholder = (!hidden && panel?.input_field_placeholder) || "Message";
    if (hadFocus || (panel?.force_reply && !hidden)) this.focus();
  }

  press(button) {
    if (button.request_location) this.sharePlace("share");
    else this.act("press", { label: button.text });
  }
}
