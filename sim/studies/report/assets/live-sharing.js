// Sharing: copy, paste, save, check.

function listenToShare(pack) {
  when("copy-code", "click", () => copy("code", byId("code").textContent));
  when("copy-command", "click", () => copy("command", byId("command").textContent));
  when("copy-link", "click", () =>
    copy("code", `${location.href.split("#")[0]}#${byId("code").textContent}`),
  );
  when("save", "click", saveCopy);
  when("take", "click", () => takeCode(byId("paste").value));
  when("check", "click", () => checkBits(pack));
  window.addEventListener("hashchange", takeFragment);
}

/** Into the clipboard; where the browser does not allow it the text is marked instead. */
async function copy(id, said) {
  try {
    await navigator.clipboard.writeText(said);
    byId("shared").textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(byId(id));
    byId("shared").textContent = "Marked: copy it with the keyboard.";
  }
}

function takeCode(code) {
  const read = readCode(live.pack, code);
  byId("shared").textContent = read.refused ?? "Taken over.";
  if (read.refused) return false;
  live.target = Math.min(read.runs, live.base.room);
  byId("runs").value = live.target;
  chosen(read.settings);
  return true;
}

/** A fragment that is a code; other fragments are places in the page. */
function takeFragment() {
  const fragment = location.hash.slice(1);
  if (!fragment.startsWith("steppe-")) return false;
  const taken = takeCode(fragment);
  byId("code").closest("details").open = !taken;
  return true;
}

/** The settings that this copy was saved with, unless the address has others. */
function takeSaved() {
  const saved = JSON.parse(byId("settings").textContent);
  if (!takeFragment() && saved !== "") takeCode(saved);
}

/** The page as it was read from disk, with the settings inside, as a file. */
function saveCopy() {
  const whole = document.documentElement.cloneNode(true);
  const fresh = pristine.cloneNode(true);
  fresh.querySelector("#live-settings").textContent = JSON.stringify(byId("code").textContent);
  whole.querySelector("#live").replaceWith(fresh);
  whole.querySelector("#live-page").remove();
  whole.classList.remove("projector");
  const file = new Blob(["<!DOCTYPE html>\n", whole.outerHTML], { type: "text/html" });
  const link = element("a", { href: URL.createObjectURL(file), download: `${live.pack.name}-changed.html` });
  link.click();
  URL.revokeObjectURL(link.href);
  byId("shared").textContent = "Saved where this browser saves files.";
}

/** The hash over all recorded numbers here, and the one that the program wrote into the page. */
async function checkBits(pack) {
  byId("shared").textContent = "Counting …";
  const { first, count, hash } = pack.check;
  try {
    const found = await live.model.ask({ ask: "futures", settings: AS_IT_STANDS, first, count, hash: true });
    byId("shared").textContent = bitsSaid(count, found.hash, hash);
  } catch (refusal) {
    byId("shared").textContent = `Not checked: ${refusal.message}.`;
  }
}

function bitsSaid(count, found, written) {
  const [here, there] = [found, written].map((hash) => `${hash.slice(0, 16)}…`);
  if (found === written) {
    return `The same bits: ${counted(count)} futures of the scenario as it stands, hash ${here}.`;
  }
  return `Not the same bits: here ${here}, in the program ${there}. Do not use this page’s numbers.`;
}
