"use strict";
(() => {
  const PAGE = 200;
  const STANDINGS = { o: "operator", m: "mixed", v: "victim" };
  const SVG = "http://www.w3.org/2000/svg";
  const numbers = new Intl.NumberFormat("en");

  const svg = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const element = (name, ...children) => {
    const made = document.createElement(name);
    made.append(...children);
    return made;
  };

  // Rounding never says that something is certain.
  const confidence = (value) => (value > 0.99 && value < 1 ? "over 0.99" : value.toFixed(2));

  // Members: the table shows one page of the rows that match, in the chosen order.
  const members = (section) => {
    const table = JSON.parse(section.querySelector("[data-island]").textContent);
    const find = section.querySelector("[data-find]");
    const standing = section.querySelector("[data-standing]");
    const body = section.querySelector("tbody");
    const box = section.querySelector(".scroll");
    let column = "confidences", sign = -1, page = 0, rows = table.ids.map((_, index) => index);

    const value = (row) => (column === "reason" ? table.reasons[table.reason[row]] : table[column][row]);
    const compare = (left, right) => {
      const a = value(left), b = value(right);
      return sign * (a < b ? -1 : a > b ? 1 : 0) || left - right;
    };
    const choose = () => {
      const wanted = find.value.trim().toLowerCase();
      rows = table.ids.map((_, index) => index).filter((row) =>
        (!standing.value || table.standings[row] === standing.value) &&
        (!wanted || table.ids[row].toLowerCase().includes(wanted) ||
          table.reasons[table.reason[row]].toLowerCase().includes(wanted)));
      rows.sort(compare);
      page = 0;
      show();
    };
    const line = (row) => {
      const head = element("th", element("bdi", table.ids[row]));
      head.scope = "row";
      const name = STANDINGS[table.standings[row]];
      const mark = svg("svg", { class: "mark", width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" });
      mark.append(svg("use", { href: "#mark-" + name, class: name }));
      const sure = element("td", confidence(table.confidences[row]));
      sure.className = "num";
      return element("tr", head, element("td", mark, " " + name), sure, element("td", table.reasons[table.reason[row]]));
    };
    const show = () => {
      const start = page * PAGE, end = Math.min(start + PAGE, rows.length);
      body.replaceChildren(...rows.slice(start, end).map(line));
      box.scrollTop = 0;
      section.querySelector("[data-shown]").textContent = rows.length
        ? `${numbers.format(start + 1)} to ${numbers.format(end)} of ${numbers.format(rows.length)}` +
          (rows.length < table.ids.length ? ` that match, of ${numbers.format(table.ids.length)}` : "")
        : "No member matches.";
      section.querySelector("[data-pages]").hidden = rows.length <= PAGE;
      section.querySelector("[data-back]").disabled = page === 0;
      section.querySelector("[data-next]").disabled = end >= rows.length;
    };
    const turn = (step) => () => { page += step; show(); };

    // A cell that a spreadsheet would run as a formula gets a leading apostrophe.
    const cell = (text) => `"${String(text).replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
    const csv = () => ["account_id,standing,confidence,because", ...rows.map((row) =>
      [cell(table.ids[row]), STANDINGS[table.standings[row]], table.confidences[row],
        cell(table.reasons[table.reason[row]])].join(","))].join("\r\n") + "\r\n";
    const said = (button, text) => {
      const before = button.textContent;
      button.textContent = text;
      setTimeout(() => { button.textContent = before; }, 1500);
    };
    const copy = async (event) => {
      const button = event.currentTarget;
      try {
        await navigator.clipboard.writeText(csv());
        said(button, "Copied");
      } catch {
        const area = element("textarea", csv());
        document.body.append(area);
        area.select();
        said(button, document.execCommand("copy") ? "Copied" : "Could not copy");
        area.remove();
      }
    };
    const download = () => {
      const link = element("a");
      link.href = URL.createObjectURL(new Blob(["\ufeff", csv()], { type: "text/csv" }));
      link.download = `members-${section.dataset.members.replace(/[^\w.-]+/g, "_")}.csv`;
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    };

    for (const head of section.querySelectorAll("[data-sort]")) {
      const button = element("button", ...head.childNodes);
      button.type = "button";
      head.append(button);
      button.addEventListener("click", () => {
        const first = head.dataset.sort === "confidences" ? -1 : 1;
        sign = column === head.dataset.sort ? -sign : first;
        column = head.dataset.sort;
        for (const other of section.querySelectorAll("[data-sort]")) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
        choose();
      });
    }
    find.addEventListener("input", choose);
    standing.addEventListener("change", choose);
    section.querySelector("[data-back]").addEventListener("click", turn(-1));
    section.querySelector("[data-next]").addEventListener("click", turn(1));
    section.querySelector("[data-copy]").addEventListener("click", copy);
    section.querySelector("[data-download]").addEventListener("click", download);
    section.querySelector("[data-tools]").hidden = false;
    choose();
  };

  // The graph: pointing at an account, or walking with the arrow keys, shows its ties; a kind can be brought forward.
  const graph = (figure) => {
    const picture = figure.querySelector(":scope > svg");
    const marks = [...figure.querySelectorAll(".accounts use")];
    const focus = figure.querySelector(".focus");
    const readout = figure.querySelector("[data-readout]");
    const invitation = readout.textContent;
    const names = [...figure.querySelectorAll(".kinds button")].map((button) =>
      [...button.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim());
    const ties = [...figure.querySelectorAll(".ties path")].map((path) =>
      path.dataset.ends.split(" ").map(Number));
    const place = (index) => [marks[index].getAttribute("x"), marks[index].getAttribute("y")];
    let at = -1;

    const point = (index) => {
      at = index;
      focus.replaceChildren();
      if (index < 0) { readout.textContent = invitation; return; }
      const [x, y] = place(index);
      let line = "";
      const counts = ties.map((ends) => {
        let count = 0;
        for (let i = 0; i < ends.length; i += 2) {
          if (ends[i] !== index && ends[i + 1] !== index) continue;
          line += `M${x} ${y}L${place(ends[i] === index ? ends[i + 1] : ends[i]).join(" ")}`;
          count += 1;
        }
        return count;
      });
      focus.append(svg("path", { d: line || "M0 0" }), svg("circle", { cx: x, cy: y, r: 9 }));
      const said = counts.map((count, kind) => (count ? `${names[kind]} ${count}` : "")).filter(Boolean);
      readout.textContent = `${marks[index].textContent}, ${marks[index].getAttribute("class")}. ` +
        (said.length ? `Ties drawn: ${said.join(", ")}.` : "No tie drawn.");
    };
    marks.forEach((mark, index) => mark.addEventListener("pointerenter", () => point(index)));
    picture.addEventListener("pointerleave", () => point(-1));
    picture.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      point(((at < 0 && step < 0 ? 0 : at) + step + marks.length) % marks.length);
    });
    for (const button of figure.querySelectorAll(".kinds button")) {
      button.addEventListener("click", () => {
        button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
        const chosen = [...figure.querySelectorAll('.kinds button[aria-pressed="true"]')].map((each) => each.dataset.kind);
        figure.classList.toggle("narrowed", chosen.length > 0);
        for (const path of figure.querySelectorAll(".ties path")) {
          path.classList.toggle("chosen", chosen.includes(path.dataset.kind));
        }
      });
    }
  };

  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = target && target.querySelector("details.body");
    if (details) details.open = true;
  };

  for (const section of document.querySelectorAll("[data-members]")) members(section);
  for (const figure of document.querySelectorAll("[data-graph]")) graph(figure);
  addEventListener("hashchange", open);
  addEventListener("beforeprint", () => { for (const each of document.querySelectorAll("details")) each.open = true; });
  open();
})();
