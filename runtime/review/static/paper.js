// Page pictures with boxes over them: zoom, turning pages, dragging a box over words. Boxes are in page units.
const SVG = "http://www.w3.org/2000/svg";

function rect(box, kind) {
  const made = document.createElementNS(SVG, "rect");
  made.setAttribute("class", kind);
  shape(made, box, 1);
  return made;
}

function shape(made, box, margin = 0) {
  made.setAttribute("x", box.x0 - margin);
  made.setAttribute("y", box.y0 - margin);
  made.setAttribute("width", Math.max(0, box.x1 - box.x0 + 2 * margin));
  made.setAttribute("height", Math.max(0, box.y1 - box.y0 + 2 * margin));
}

function around(words, page) {
  return {
    page,
    x0: Math.min(...words.map((word) => word[1])),
    y0: Math.min(...words.map((word) => word[2])),
    x1: Math.max(...words.map((word) => word[3])),
    y1: Math.max(...words.map((word) => word[4])),
  };
}

export class Paper {
  constructor(element, record) {
    this.element = element;
    this.record = record;
    this.sheets = [];
    this.share = 1; // of the width that fits
    this.marks = new Map();
    this.onDrag = this.onPick = () => {};
    element.addEventListener("scroll", () => this.tell(), { passive: true });
    new ResizeObserver(() => this.size()).observe(element);
  }

  async load(items, others) {
    const loading = document.getElementById("loading");
    try {
      const answer = await fetch(`/documents/${this.record}/pages`, { headers: { Accept: "application/json" } });
      const found = await answer.json();
      if (!answer.ok) throw new Error(found.error);
      loading.remove();
      found.pages.forEach((page) => this.add(page));
      this.size();
    } catch (error) {
      loading.textContent = error.message;
      return;
    }
    others.forEach((box) => this.at(box)?.append(rect(box, "box sure")));
    for (const { id, box } of items) this.done(id, box, "box");
  }

  add(page) {
    const sheet = document.createElement("div");
    sheet.className = "sheet";
    const image = document.createElement("img");
    image.src = `/documents/${this.record}/pages/${page.number}`;
    image.alt = `Page ${page.number}`;
    image.loading = page.number > 2 ? "lazy" : "eager";
    image.draggable = false;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${page.width} ${page.height}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    sheet.append(image, svg);
    this.element.append(sheet);
    this.sheets.push({ page, sheet, svg });
    this.watch(page, sheet, svg);
  }

  // Drag: words whose middle lies in the box, in reading order. A click without a drag picks the box under it.
  watch(page, sheet, svg) {
    let start = null, frame = null, chosen = [];
    const point = (event) => {
      const side = sheet.getBoundingClientRect();
      return {
        x: ((event.clientX - side.left) / side.width) * page.width,
        y: ((event.clientY - side.top) / side.height) * page.height,
      };
    };
    const clear = () => {
      svg.querySelectorAll(".word, .drag").forEach((old) => old.remove());
      start = frame = null;
    };
    sheet.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault(); // the field at work keeps the focus
      start = point(event);
      chosen = [];
      sheet.setPointerCapture(event.pointerId);
    });
    sheet.addEventListener("pointermove", (event) => {
      if (!start) return;
      const to = point(event);
      const box = { x0: Math.min(start.x, to.x), y0: Math.min(start.y, to.y), x1: Math.max(start.x, to.x), y1: Math.max(start.y, to.y) };
      if (!frame) svg.append((frame = rect(box, "drag")));
      shape(frame, box);
      chosen = page.words.filter(([, x0, y0, x1, y1]) => {
        const x = (x0 + x1) / 2, y = (y0 + y1) / 2;
        return box.x0 <= x && x <= box.x1 && box.y0 <= y && y <= box.y1;
      });
      svg.querySelectorAll(".word").forEach((old) => old.remove());
      chosen.forEach(([, x0, y0, x1, y1]) => svg.append(rect({ x0, y0, x1, y1 }, "word")));
    });
    sheet.addEventListener("pointerup", (event) => {
      const words = chosen, dragged = frame !== null;
      clear();
      if (dragged && words.length) this.onDrag(words.map((word) => word[0]).join(" "), around(words, page.number));
      else if (!dragged) {
        const under = document.elementsFromPoint(event.clientX, event.clientY).find((one) => one.dataset?.item);
        if (under) this.onPick(under.dataset.item);
      }
    });
    sheet.addEventListener("pointercancel", clear);
  }

  at(box) {
    return box ? this.sheets[box.page - 1]?.svg : null;
  }

  // The one box of an item; made where it has none yet, moved where it was drawn anew.
  done(id, box, kind = "box done") {
    this.marks.get(id)?.remove();
    const svg = this.at(box);
    if (!svg) return;
    const made = rect(box, kind);
    made.dataset.item = id;
    this.marks.set(id, made);
    svg.append(made);
  }

  mark(id, box) {
    this.element.querySelectorAll(".now").forEach((old) => old.classList.remove("now"));
    if (!id || !box || !this.sheets.length) return;
    if (!this.marks.get(id)?.classList.contains("done")) this.done(id, box, "box now");
    this.show(box);
  }

  look(box) {
    this.element.querySelectorAll(".look").forEach((old) => old.remove());
    const svg = this.at(box);
    if (!svg) return;
    svg.append(rect(box, "look"));
    this.show(box);
  }

  show(box) {
    const { sheet, page } = this.sheets[box.page - 1];
    const scale = sheet.clientHeight / page.height;
    const y = sheet.offsetTop - this.element.offsetTop + ((box.y0 + box.y1) / 2) * scale;
    const x = sheet.offsetLeft - this.element.offsetLeft + ((box.x0 + box.x1) / 2) * scale;
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.element;
    const away = y < scrollTop + 60 || y > scrollTop + clientHeight - 60 || x < scrollLeft + 40 || x > scrollLeft + clientWidth - 40;
    if (away) this.element.scrollTo(x - clientWidth / 2, y - clientHeight / 2);
  }

  zoom(by) {
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.element;
    const before = this.share;
    this.share = Math.min(6, Math.max(0.3, this.share * by));
    this.size();
    const grown = this.share / before;
    this.element.scrollTo({
      left: (scrollLeft + clientWidth / 2) * grown - clientWidth / 2,
      top: (scrollTop + clientHeight / 2) * grown - clientHeight / 2,
      behavior: "instant",
    });
  }

  fit() {
    this.share = 1;
    this.size();
  }

  size() {
    const width = Math.max(100, this.element.clientWidth - 32) * this.share;
    for (const { sheet, page } of this.sheets) {
      sheet.style.width = `${width}px`;
      sheet.style.height = `${(width * page.height) / page.width}px`;
    }
    document.getElementById("zoom").textContent = `${Math.round(this.share * 100)} %`;
    this.tell();
  }

  number() {
    const middle = this.element.scrollTop + this.element.clientHeight / 3;
    const past = this.sheets.filter(({ sheet }) => sheet.offsetTop - this.element.offsetTop <= middle).length;
    return Math.max(1, past);
  }

  turn(by) {
    const to = this.sheets[Math.min(this.sheets.length, Math.max(1, this.number() + by)) - 1];
    if (to) this.element.scrollTo({ top: to.sheet.offsetTop - this.element.offsetTop - 8 });
  }

  tell() {
    if (this.sheets.length) document.getElementById("where").textContent = `${this.number()} / ${this.sheets.length}`;
  }
}
