// What a message carries besides text: pictures, animations, sounds, documents, places, stickers.

import { h, icon } from "./dom.js";

const source = (file) => `/media/${encodeURIComponent(file.file_id)}`;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The message's media as an element, or null. `oops(text)` says what could not be played. */
export function mediaOf(message, oops) {
  if (message.photo) return photo(message.photo.at(-1), "Photo");
  if (message.animation) return animation(message.animation);
  if (message.voice) return sound(message.voice, message.message_id, "voice message", oops);
  if (message.audio) return audio(message.audio, message.message_id, oops);
  if (message.document) return documentCard(message.document);
  if (message.location) return place(message.location);
  if (message.sticker) return h("p", { class: "sticker" }, message.sticker.emoji ?? "Sticker");
  return null;
}

function photo(file, alt) {
  return h(
    "a", { class: "picture", href: source(file), target: "_blank", rel: "noopener" },
    h("img", { src: source(file), alt, loading: "lazy" }),
  );
}

function animation(file) {
  if (!(file.mime_type ?? "").startsWith("video/")) {
    return h("div", { class: "picture" }, h("img", { src: source(file), alt: "Animation" }));
  }
  const video = h("video", {
    src: source(file), loop: true, playsinline: true, controls: still.matches, autoplay: !still.matches,
    "aria-label": "Looping animation",
  });
  video.muted = true; // what is not muted may not start by itself
  return h("div", { class: "picture" }, video);
}

function audio(file, number, oops) {
  return h("div", {}, h("p", { class: "title" }, file.title ?? file.file_name ?? "Audio"), sound(file, number, "audio", oops));
}

function sound(file, number, what, oops) {
  const audio = new Audio();
  audio.preload = "none";
  audio.src = source(file);
  const wave = h("span", { class: "wave" }, bars(number));
  const left = h("span", { class: "seconds" }, seconds(file.duration));
  const button = h("button", { type: "button", class: "round play", "aria-label": `Play ${what}` }, icon("play"));
  const show = () => {
    button.replaceChildren(icon(audio.paused ? "play" : "pause"));
    button.setAttribute("aria-label", `${audio.paused ? "Play" : "Pause"} ${what}`);
  };
  button.addEventListener("click", () => {
    if (!audio.paused) audio.pause();
    else audio.play().catch(() => { audio.pause(); oops(`This ${what} can't be played here.`); });
  });
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, show);
  audio.addEventListener("timeupdate", () => {
    const part = audio.duration ? audio.currentTime / audio.duration : 0;
    [...wave.children].forEach((bar, i, all) => bar.classList.toggle("played", i / all.length < part));
    left.textContent = seconds(audio.currentTime || file.duration);
  });
  return h("div", { class: "voice" }, button, wave, left);
}

/** Bars that look like speech, the same every time for the same message. */
function bars(number) {
  let seed = number * 2654435761 % 2147483647;
  return Array.from({ length: 32 }, () => {
    seed = seed * 48271 % 2147483647;
    const bar = h("i");
    bar.style.height = `${20 + seed % 80}%`;
    return bar;
  });
}

function documentCard(file) {
  const size = file.file_size ?? 0;
  return h(
    "a", { class: "document", href: source(file), download: file.file_name ?? "file" },
    h("span", { class: "disc" }, icon("document")),
    h("span", {}, h("strong", {}, file.file_name ?? "File"), h("small", {}, bytes(size))),
  );
}

/** A place on a plain chart of the world: parallels, meridians and a pin, no map that would have to be fetched. */
function place({ latitude, longitude }) {
  const pin = icon("pin");
  pin.style.left = `${(longitude + 180) / 3.6}%`;
  pin.style.top = `${(90 - latitude) / 1.8}%`;
  return h(
    "figure", { class: "place" },
    h("div", { class: "chart" }, pin),
    h("figcaption", {}, degrees(latitude, "N", "S"), " ", degrees(longitude, "E", "W")),
  );
}

const degrees = (value, plus, minus) => `${Math.abs(value).toFixed(2)}\u00b0\u202f${value < 0 ? minus : plus}`;
const seconds = (value) => `${Math.floor(value / 60)}:${String(Math.floor(value % 60)).padStart(2, "0")}`;
const bytes = (size) => size < 1000 ? `${size} bytes` : size < 1e6 ? `${(size / 1000).toFixed(1)} kB` : `${(size / 1e6).toFixed(1)} MB`;
