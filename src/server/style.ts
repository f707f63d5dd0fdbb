/** The style of the page: the system's light or dark colours, without external fonts or scripts. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #fff; --ink: #1d2025; --soft: #5c636e; --line: #e4e2dc;
  --accent: #0b6e6e; --wash: #e3f1ef; --warn: #8a5300; --warn-wash: #fdf1dc; --bad: #a3222b; --bad-wash: #fce6e6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1c2024; --ink: #e8e9ea; --soft: #a0a8b1; --line: #2e343a;
    --accent: #6fd0c6; --wash: #17322f; --warn: #f0be6c; --warn-wash: #33270f; --bad: #ff9a9a; --bad-wash: #3a1a1c;
  }
}
* { box-sizing: border-box }
body {
  margin: 0; padding: 3rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
.page { max-width: 56rem; margin: 0 auto }
header { margin-bottom: 2.5rem }
.mark { margin: 0 0 .35rem; color: var(--accent); font: 600 .85rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; letter-spacing: .04em }
h1 { margin: 0; font-size: clamp(1.9rem, 5vw, 2.5rem); line-height: 1.15; letter-spacing: -.02em; font-weight: 650 }
.lead { margin: .6rem 0 0; color: var(--soft) }
section { margin-top: 2.5rem }
h2 { margin: 0 0 .85rem; font-size: 1.15rem; letter-spacing: -.005em; font-weight: 620 }
.card { border: 1px solid var(--line); border-radius: .7rem; background: var(--card); overflow-x: auto }
table { width: 100%; border-collapse: collapse }
th, td { padding: .7rem 1.1rem; text-align: left; vertical-align: baseline }
thead th { color: var(--soft); font-weight: 500; font-size: .85rem; border-bottom: 1px solid var(--line) }
tbody tr + tr > * { border-top: 1px solid var(--line) }
tbody th { font-weight: 600; white-space: nowrap }
.kind { color: var(--soft) }
.version { white-space: nowrap }
code, .version, .file { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .875em; overflow-wrap: anywhere }
.file { color: var(--soft) }
.badge { display: inline-block; padding: .08rem .55rem; border-radius: 1rem; background: var(--wash); color: var(--accent); font: 600 .75rem/1.5 system-ui, sans-serif; white-space: nowrap }
details { padding: .7rem 1.1rem }
details + details { border-top: 1px solid var(--line) }
summary { cursor: pointer; font-weight: 600 }
summary .kind { font-weight: 400 }
details td, details th { padding: .35rem 1.1rem .35rem 0 }
pre { margin: .7rem 0 .3rem; padding: .8rem 1rem; border-radius: .5rem; background: var(--wash); color: var(--ink); overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: .85rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace }
.older { margin-top: .3rem; color: var(--soft) }
.empty { margin: 0; padding: 1.4rem 1.1rem; color: var(--soft) }
ul { margin: 0; padding: 0; list-style: none }
li { padding: .8rem 1.1rem }
li + li { border-top: 1px solid var(--line) }
li p { margin: .2rem 0 0 }
.warning .badge { background: var(--warn-wash); color: var(--warn) }
.error .badge { background: var(--bad-wash); color: var(--bad) }
.place { margin-left: .5rem }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: .06em }
a:hover { text-decoration-thickness: .14em }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: .2rem }
footer { margin-top: 3rem; padding-top: 1.2rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem }
footer nav { display: flex; flex-wrap: wrap; gap: .35rem 1.4rem }
@media (max-width: 34rem) {
  body { padding-top: 1.75rem }
  th, td, li { padding-left: .85rem; padding-right: .85rem }
  .wide { display: none }
}
@media print { body { background: none; padding: 0 } .card { border-color: #999 } }
`
