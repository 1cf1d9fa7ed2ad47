// "Where are you?": a few towns, the open sea, or any latitude and longitude.

import { h } from "./dom.js";

const TOWNS = [
  ["Lisbon", 38.72, -9.14], ["Berlin", 52.52, 13.4], ["New York", 40.71, -74.01], ["São Paulo", -23.55, -46.63],
  ["Kathmandu", 27.72, 85.32], ["Sydney", -33.87, 151.21], ["Middle of the Atlantic", 30, -40],
];

const dialog = document.getElementById("place");
const { latitude, longitude } = dialog.querySelector("form").elements;

dialog.querySelector(".towns").append(...TOWNS.map(
  ([name], number) => h("button", { type: "button", onclick: () => dialog.close(`town ${number}`) }, name),
));
dialog.querySelector(".quiet").addEventListener("click", () => dialog.close(""));

/** {latitude, longitude} in degrees, or null when the person thinks better of it. */
export function askForPlace() {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(chosen()), { once: true }));
}

function chosen() {
  if (dialog.returnValue === "") return null;
  if (dialog.returnValue === "numbers") {
    return { latitude: latitude.valueAsNumber, longitude: longitude.valueAsNumber };
  }
  const town = TOWNS[Number(dialog.returnValue.split(" ")[1])];
  return { latitude: town[1], longitude: town[2] };
}
