// The page: what happens comes in as events, chats show it, the clock bar moves people's time.

import { post } from "./api.js";
import { Chat } from "./chat.js";
import { nowInWords, setOffset, untilTomorrow } from "./clock.js";
import { h, showAlert } from "./dom.js";

const NAMES = ["Ana", "Bo", "Cy"];
const GROUP = "Sunday run";
const PHONE_WIDTH = 375; // pixels that a chat needs to stand beside others
const DOUBLE_TAP = 500; // milliseconds in which a second tap on a button that has become another is none

const chats = new Map(); // by chat id
const main = document.querySelector("main");
const tabs = document.querySelector(".tabs");
const connection = document.getElementById("connection");
const addPerson = document.getElementById("add-person");
const addGroup = document.getElementById("add-group");

let world = null; // the server's name for what it plays; another name means that it was started anew
let history = 0; // how many events had happened before this page came
let recent = JSON.parse(sessionStorage.getItem("chats") ?? "[]"); // the chats that were used last, the newest first
let awaited = null; // the chat that was just added, until it is here

/** What a chat knows of the others. */
const people = {
  everybody: () => [...chats.values()].filter((chat) => chat.isPrivate).map((chat) => chat.id),
  nameOf: (id) => chats.get(id)?.title ?? "Somebody",
  toPrivate: (id) => {
    open(chats.get(id));
    chats.get(id).focus();
  },
  heard: (chat) => {
    if (chat.element.hidden) tabs.querySelector(`[data-chat="${chat.id}"]`).classList.add("unread");
  },
};

// Events

const source = new EventSource("/events");

source.addEventListener("hello", (event) => {
  const hello = JSON.parse(event.data);
  if (world && world !== hello.world) location.reload();
  connection.hidden = true;
  setOffset(hello.offset);
  if (world) return;
  world = hello.world;
  history = hello.history;
  if (!history) settle();
});
source.addEventListener("error", () => {
  connection.textContent = "The demo does not answer. This page waits for it.";
  connection.hidden = false;
});

function on(kind, handle) {
  source.addEventListener(kind, (event) => {
    handle(JSON.parse(event.data));
    if (history && Number(event.lastEventId.split("-")[1]) === history) settle();
  });
}

on("chat", (facts) => {
  if (facts.kind === "channel" || facts.migrated_to) return;
  if (chats.has(facts.id)) chats.get(facts.id).update(facts);
  else {
    const chat = new Chat(facts, people);
    chats.set(facts.id, chat);
    main.insertBefore(chat.element, chat.isPrivate ? main.querySelector(".group") : null);
    if (isLive()) chat.settle();
  }
  showFrame();
  openAwaited();
});
on("message", (change) => chats.get(change.chat)?.message(change));
on("panel", (change) => chats.get(change.chat)?.setPanel(change));
on("reaction", (change) => chats.get(change.chat)?.reaction(change));
on("tap", (tap) => chats.get(tap.chat)?.tapped(tap));
on("answer", (answer) => chats.forEach((chat) => chat.answered(answer)));
on("action", ({ chat, action }) => isLive() && chats.get(chat)?.setTyping(action === "typing"));
on("clock", ({ offset }) => {
  setOffset(offset);
  showTime();
  if (isLive()) document.getElementById("said").textContent = `It is now ${nowInWords()}`;
});
on("profile", () => isLive() && chats.forEach((chat) => chat.learn()));

function isLive() { return world !== null && history === 0; }

function settle() {
  history = 0;
  chats.forEach((chat) => chat.settle());
}

// The frame

function showFrame() {
  const taken = new Set([...chats.values()].map((chat) => chat.facts.title));
  const next = NAMES.find((name) => !taken.has(name));
  addPerson.hidden = !next;
  addPerson.replaceChildren("+ ", h("span", { class: "wide" }, "Add "), next ?? "");
  addPerson.setAttribute("aria-label", `Add ${next}`);
  addPerson.onclick = () => add("/phone", { first_name: next, language_code: navigator.language.toLowerCase() });
  addGroup.hidden = taken.has(GROUP);
  addGroup.onclick = () => add("/group", { title: GROUP });
  layOut();
}

/** Somebody or a group comes, and their chat is opened; until then, and for a second tap, the buttons do nothing. */
async function add(path, body) {
  if (addPerson.ariaDisabled === "true") return;
  rest(true);
  try {
    awaited = (await post(path, body)).id;
    openAwaited();
  } catch (error) {
    rest(false);
    showAlert(error.message);
  }
}

function openAwaited() {
  if (!chats.has(awaited)) return;
  open(chats.get(awaited));
  awaited = null;
  setTimeout(() => rest(false), DOUBLE_TAP);
}

function rest(resting) {
  for (const button of [addPerson, addGroup]) button.ariaDisabled = String(resting);
}

/** As many chats as fit stand side by side, those that were used last; the others are behind tabs. */
function layOut() {
  const all = [...chats.values()].sort((a, b) => b.isPrivate - a.isPrivate); // people first, as in the page
  const shown = byUse(all).slice(0, Math.max(1, Math.floor(innerWidth / PHONE_WIDTH)));
  const unread = new Set([...tabs.querySelectorAll(".unread")].map((tab) => tab.dataset.chat));
  tabs.hidden = shown.length === all.length;
  if (tabs.children.length !== all.length) { // drawn again they would lose the focus
    tabs.replaceChildren(...all.map((chat) => h("button", { type: "button", "data-chat": chat.id, onclick: () => open(chat) }, chat.title)));
  }
  all.forEach((chat, i) => {
    chat.element.hidden = !shown.includes(chat);
    tabs.children[i].setAttribute("aria-pressed", String(!chat.element.hidden));
    tabs.children[i].classList.toggle("unread", unread.has(String(chat.id)) && chat.element.hidden);
  });
}

function byUse(all) { return [...new Set([...recent.map((id) => chats.get(id)).filter(Boolean), ...all])]; }

function use(chat) {
  recent = [chat.id, ...recent.filter((id) => id !== chat.id)];
  sessionStorage.setItem("chats", JSON.stringify(recent));
}

function open(chat) {
  use(chat);
  layOut();
}

function showTime() {
  const time = document.getElementById("now");
  if (time.textContent !== nowInWords()) time.textContent = nowInWords();
}

function attempt(promise) { promise.catch((error) => showAlert(error.message)); }

for (const button of document.querySelectorAll(".jumps button")) {
  button.addEventListener("click", () => {
    const { minutes, tomorrow } = button.dataset;
    const seconds = minutes ? minutes * 60 : untilTomorrow(Number(tomorrow));
    attempt(post("/clock", { seconds }));
  });
}
main.addEventListener("focusin", ({ target }) => use([...chats.values()].find((chat) => chat.element.contains(target))));
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byUse([...chats.values()])[0]?.focus();
});
addEventListener("resize", layOut);
setInterval(showTime, 1000);
showTime();
