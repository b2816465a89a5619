// Opens HTML reports in a real Chromium and checks what a person relies on: no error, no request, every view, zoom, filter and find, no name taken
// for markup, and accessibility by axe-core in light and dark.
//
//   node check.mjs PAGE.html…      CHROMIUM names the browser, SHOTS a folder for pictures
import { mkdirSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const shots = process.env.SHOTS;
if (shots) mkdirSync(shots, { recursive: true });
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
let passed = 0, failed = 0;
function check(name, right, detail) {
  if (right) { passed += 1; return; }
  failed += 1;
  console.error(`FAILED ${name}${detail === undefined ? "" : ": " + JSON.stringify(detail)}`);
}

for (const file of process.argv.slice(2)) {
  const name = basename(file, ".html");
  const page = await browser.newPage();
  const errors = [], requests = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  page.on("request", (request) => requests.push(request.url()));
  page.on("dialog", async (dialog) => { errors.push("dialog"); await dialog.dismiss(); });
  await page.setViewport({ width: 1400, height: 1000 });
  await page.goto("file://" + resolve(file));
  const accessible = async (what) => {
    await page.evaluate(readFileSync(axe, "utf8"));
    const found = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ["violations"], rules: { region: { enabled: false } } })).violations.map((one) => [one.id, one.nodes.length, one.nodes[0].html.slice(0, 160)]));
    check(`${name}: ${what}`, found.length === 0, found);
  };
  const end = async () => {
    check(`${name}: no error`, errors.length === 0, errors);
    check(`${name}: nothing is loaded`, requests.every((url) => url.startsWith("file://")) && requests.length === 1, requests);
    await page.close();
  };
  const tabs = await page.$$eval("[role=tab]", (all) => all.map((tab) => tab.textContent));
  // The page of many images has tables alone.
  if (await page.$eval("meta[http-equiv]", (policy) => !policy.content.includes("script-src"))) {
    check(`${name}: tables`, (await page.$$eval("main table", (all) => all.length)) >= 3);
    check(`${name}: no markup from names`, (await page.$$eval("script, img, iframe, object, embed, link, form, main style, b > *, .mono > *", (all) => all.length)) === 0);
    for (const theme of ["light", "dark"]) {
      await page.evaluate((theme) => { document.documentElement.dataset.theme = theme; }, theme);
      await accessible(`accessible in ${theme}`);
      if (shots) await page.screenshot({ path: `${shots}/${name}-${theme}.png`, fullPage: true });
    }
    await end();
    continue;
  }
  const expected = tabs.includes("Why") ? ["Why", "Map", "Files", "Layers", "Packages", "Config"]
    : ["Overview", "Map", "Files", "Layers", "Packages", "Savings", "Hidden", ...(tabs.includes("Vulnerabilities") ? ["Vulnerabilities"] : []), "Config"];
  check(`${name}: views`, tabs.join() === expected.join(), tabs);
  const open = async (tab) => { await page.evaluate((tab) => { [...document.querySelectorAll("[role=tab]")].find((one) => one.textContent === tab).click(); }, tab); };
  for (const tab of tabs) {
    await open(tab);
    check(`${name}: ${tab} has content`, (await page.$eval("#view", (view) => view.textContent.length)) > 20);
    check(`${name}: ${tab} shows no object or missing value`, !(await page.$eval("#view", (view) => /\[object |undefined|NaN/.test(view.textContent))));
    if (shots) await page.screenshot({ path: `${shots}/${name}-${tab}.png` });
  }
  // Only what the page's own code makes may stand in it.
  const foreign = await page.evaluate(() => document.querySelectorAll("img, iframe, object, embed, link, form, audio, video, b > *, #view script, #view style").length);
  check(`${name}: no markup from names`, foreign === 0, foreign);
  // The map zooms by mouse and comes back by escape.
  await open("Map");
  const where = () => page.$eval(".crumbs", (crumbs) => crumbs.textContent);
  const top = await where();
  const zoomed = await page.evaluate(() => {
    const folder = document.querySelector(".map g[data-folder]");
    if (!folder) return false;
    folder.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    return true;
  });
  const hasFolder = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent).tree.depths.some((depth) => depth > 1));
  check(`${name}: the map has a folder to zoom into`, zoomed === hasFolder);
  if (zoomed) {
    check(`${name}: the map zooms`, (await where()) !== top);
    await page.keyboard.press("Escape");
    check(`${name}: escape zooms out`, (await where()) === top, await where());
  }
  // Finding by name and by glob narrows the list.
  await open("Files");
  const total = () => page.$eval("[role=status]", (status) => status.textContent);
  const all = await total();
  await page.type("#find", "*.no-such-ending");
  check(`${name}: a glob narrows the files`, (await total()).startsWith("0 files"), [all, await total()]);
  await page.evaluate(() => { const find = document.getElementById("find"); find.value = "*"; find.dispatchEvent(new Event("input")); });
  check(`${name}: a star finds every file`, (await total()) === all, [all, await total()]);
  const selected = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent).selection);
  if (selected) {
    check(`${name}: the head states the query`, (await page.$eval("#head", (head) => head.textContent)).includes(selected.query));
    check(`${name}: the files are those of the query`, all.endsWith(" selected"), all);
  }
  for (const theme of ["light", "dark"]) {
    await page.evaluate((theme) => { document.documentElement.dataset.theme = theme; }, theme);
    for (const tab of tabs) {
      await open(tab);
      await page.evaluate(() => { const find = document.getElementById("find"); if (find) { find.value = ""; find.dispatchEvent(new Event("input")); } });
      await accessible(`${tab} is accessible in ${theme}`);
    }
    if (shots) await page.screenshot({ path: `${shots}/${name}-${theme}.png` });
  }
  await end();
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
