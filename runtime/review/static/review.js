// The desk: pages with boxes, fields, keys. Every form also works without this file.
import { Paper } from "./paper.js";

const desk = document.getElementById("desk");
const record = desk.dataset.record;
const editable = desk.dataset.editable === "yes";
const paper = new Paper(document.getElementById("sheets"), record);
const live = document.getElementById("live");
const help = document.getElementById("help");
const letters = document.getElementById("letters");
let current = null; // the field at work: where dragged words go

const items = () => [...document.querySelectorAll("form.item")];
const open = () => items().filter((form) => !form.classList.contains("done"));
const input = (form) => form.querySelector(".value");

function boxOf(element) {
  if (!element?.dataset.box) return null;
  const [x0, y0, x1, y1] = element.dataset.box.split(" ").map(Number);
  return { page: Number(element.dataset.page), x0, y0, x1, y1 };
}

function attend(form) {
  current = form;
  paper.mark(form.dataset.item, boxOf(form));
}

function go(form) {
  if (!form) return;
  input(form).focus();
  input(form).select?.();
}

// What Enter will do is written on the button.
function name(form) {
  const value = input(form).value.trim();
  const button = form.querySelector(".save");
  if (button) button.textContent = !value ? "Reject" : value === form.dataset.was.trim() ? "Accept" : "Correct";
}

async function send(form, decision) {
  const body = new URLSearchParams(new FormData(form));
  body.set("decision", decision);
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (answer.ok) settled(form, said);
    else complain(form, said.error);
  } catch {
    complain(form, "No answer from the server. Try again.");
  } finally {
    delete form.dataset.busy;
  }
}

function settled(form, said) {
  const place = open().indexOf(form);
  form.classList.add("done");
  const words = { accept: "Accepted", correct: "Corrected", reject: "Rejected" }[said.decision];
  input(form).value = said.value ?? "";
  input(form).disabled = true;
  input(form).removeAttribute("aria-invalid");
  form.querySelectorAll("button").forEach((button) => (button.disabled = true));
  form.querySelector(".said").textContent = form.classList.contains("cell") ? "" : words;
  form.closest("td")?.classList.replace("doubtful", "settled");
  paper.done(form.dataset.item, boxOf(form));
  document.getElementById("left").textContent = said.open;
  const label = form.querySelector("label").textContent;
  live.textContent = `${label}: ${words.toLowerCase()}. ${said.open ? `${said.open} to go.` : "Nothing left here."} ${said.note}`;
  said.checks.forEach(showCheck);
  const rest = open();
  if (rest.length) go(rest[Math.min(Math.max(place, 0), rest.length - 1)]);
  else document.getElementById("go").focus();
}

function showCheck(check) {
  const line = document.querySelector(`[data-check="${CSS.escape(check.name)}"]`);
  if (!line) return;
  line.className = check.passed === null ? "unknown" : check.passed ? "good" : "bad";
  line.querySelector(".hint").textContent = check.message || "holds";
}

function complain(form, message) {
  const said = form.querySelector(".said");
  said.textContent = message[0].toUpperCase() + message.slice(1) + ".".repeat(message.endsWith(".") ? 0 : 1);
  input(form).setAttribute("aria-invalid", "true");
  live.textContent = said.textContent;
  input(form).focus();
}

function place(form, box) {
  for (const side of ["page", "x0", "y0", "x1", "y1"]) form.elements[side].value = box ? box[side] : "";
  if (!box) return;
  form.dataset.page = box.page;
  form.dataset.box = `${box.x0} ${box.y0} ${box.x1} ${box.y1}`;
}

// Words under a dragged box become the value of the field at work; of a list of choices, the one they name.
function dragged(text, box) {
  const form = current && !current.classList.contains("done") ? current : open()[0];
  if (!editable || !form || !text) return;
  const field = input(form);
  if (field.tagName === "SELECT") {
    const choice = [...field.options].find((one) => text.toLowerCase().includes(one.value.toLowerCase()) && one.value);
    if (!choice) return complain(form, "None of the choices stands there");
    field.value = choice.value;
  } else field.value = text;
  place(form, box);
  name(form);
  attend(form);
  field.focus();
  live.textContent = `${form.querySelector("label").textContent}: ${text}. Enter to keep it.`;
}

for (const form of items()) {
  if (!editable) {
    input(form).disabled = true;
    continue;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter?.value || "save");
  });
  form.addEventListener("focusin", () => attend(form));
  input(form).addEventListener("input", () => {
    place(form, null); // what is typed was not pointed at
    input(form).removeAttribute("aria-invalid");
    name(form);
  });
  input(form).addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      send(form, "save");
    } else if (event.key === "Escape") {
      if (input(form).value === form.dataset.was) input(form).blur();
      input(form).value = form.dataset.was;
      place(form, null);
      name(form);
    } else if (event.key === "Tab" && !event.ctrlKey && !event.altKey) {
      const rest = open();
      const to = rest[rest.indexOf(form) + (event.shiftKey ? -1 : 1)];
      if (to) {
        event.preventDefault();
        go(to);
      }
    }
  });
  name(form);
}

for (const element of document.querySelectorAll(".others [data-box], .grid td[data-box]")) {
  const look = () => paper.look(boxOf(element));
  element.addEventListener("mouseenter", look);
  element.addEventListener("focus", look);
  element.addEventListener("mouseleave", () => paper.look(null));
  element.addEventListener("blur", () => paper.look(null));
}

const actions = {
  in: () => paper.zoom(1.2),
  out: () => paper.zoom(1 / 1.2),
  fit: () => paper.fit(),
  up: () => paper.turn(-1),
  down: () => paper.turn(1),
  help: () => help.showModal(),
};
document.addEventListener("click", (event) => actions[event.target.closest("[data-do]")?.dataset.do]?.());

function next() {
  document.getElementById("next")?.requestSubmit();
}

const keys = {
  "+": actions.in, "=": actions.in, "-": actions.out, 0: actions.fit, "?": actions.help, n: next,
  a: () => editable && (current ?? open()[0]) && send(current ?? open()[0], "accept"),
  r: () => editable && (current ?? open()[0]) && send(current ?? open()[0], "reject"),
  s: () => {
    const split = document.querySelector("details.split");
    if (!split) return;
    split.open = true;
    document.getElementById("at").focus();
  },
};
document.addEventListener("keydown", (event) => {
  if (help.open) return;
  if (event.ctrlKey && event.key === "ArrowRight") return event.preventDefault(), next();
  if (event.key === "PageDown" || event.key === "PageUp") {
    event.preventDefault();
    return paper.turn(event.key === "PageDown" ? 1 : -1);
  }
  const typing = event.target.matches("input, select, textarea");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || !letters.checked || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
letters.checked = localStorage.getItem("letters") !== "no";
letters.addEventListener("change", () => localStorage.setItem("letters", letters.checked ? "yes" : "no"));

// A sign of life, so that the document stays with this person while the page is open.
if (editable && open().length) {
  const body = new URLSearchParams({ csrf: desk.dataset.csrf });
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(`/documents/${record}/hold`, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok) live.textContent = (await answer.json()).error;
  }, 120000);
}

if (editable) open().length ? go(open()[0]) : document.getElementById("go").focus();
await paper.load(
  items().filter((form) => form.dataset.box).map((form) => ({ id: form.dataset.item, box: boxOf(form) })),
  [...document.querySelectorAll(".others [data-box], .grid td:not(.doubtful)[data-box]")].map(boxOf),
);
paper.onDrag = dragged;
paper.onPick = (id) => go(items().find((form) => form.dataset.item === id && !form.classList.contains("done")));
paper.mark(current?.dataset.item, boxOf(current));
