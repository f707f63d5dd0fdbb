import { describe, expect, test } from 'vitest'
import { prefersHtml } from '../../src/server/accept.js'
import { Html, html } from '../../src/server/html.js'
import { Browser } from '../support/browser.js'
import { installedBrowser } from '../support/installed-browser.js'
import { putPackage, serving } from '../support/serving.js'

const browser = installedBrowser()

describe('a client that prefers HTML gets the page', () => {
  test.each([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', true],
    ['text/html', true],
    ['TEXT/HTML;Q=0.5', true],
    ['text/html;q=0.5, application/json;q=0.4', true],
    ['application/json, text/plain, */*', false],
    ['application/json, text/html;q=0.9', false],
    ['text/html;q=0', false],
    ['text/html;q=x', false],
    ['*/*', false],
    ['', false],
    ['text/htmlx', false],
  ])('%s: %s', (accept, page) => expect(prefersHtml(accept)).toBe(page))
})

test('text in markup stays text', () => {
  const name = `<b onclick="x('y')">&amp;`
  const escaped = '&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;&amp;amp;'
  expect(html`<p title="${name}">${name}${1}${[html`<i>${name}</i>`]}${new Html('<hr>')}</p>`.text).toBe(
    `<p title="${escaped}">${escaped}1<i>${escaped}</i><hr></p>`,
  )
})

const asBrowser = { headers: { accept: 'text/html' } }

async function furnished() {
  const served = await serving({
    'plugins/sources/Ticks@v0.9.0.js': '',
    'plugins/sources/Ticks@v0.10.0.js': '',
    'plugins/sinks/<b>bold.js': '',
    'plugins/functions/Twice@1"><script>document.title="run"<!--.js': '',
    'dist/broken.zip': 'no zip',
  })
  await putPackage(served.folder)
  return served
}

test('it shows plugins with the version in effect, packages and problems', async () => {
  const { ask } = await furnished()
  const { status, type, body, headers } = await ask('/', asBrowser)
  expect({ status, type, vary: headers['vary'] }).toEqual({
    status: 200,
    type: 'text/html; charset=utf-8',
    vary: 'Accept',
  })
  const shown = body
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
  expect(shown).toContain('2 plugins, 1 package, 3 problems')
  expect(shown).toContain('ticks source 0.10.0 in effect also 0.9.0 sources/Ticks@v0.10.0.js')
  expect(shown).toContain('things 1.0.0 ticks, lamp, twice things.zip')
  expect(shown).toContain('error dist/broken.zip The zip is not complete Pack it again')
  expect(shown).toContain('which orders versions as text')
  expect(body).not.toContain('<b>')
  expect(body).not.toMatch(/<script|javascript:| on\w+=/)
})

test('it shows what a packaged plugin takes, its presets, and the requests to copy', async () => {
  const { ask } = await furnished()
  const { body } = await ask('/', asBrowser)
  const ticks = /<summary>ticks .*?<\/details>/s
    .exec(body)?.[0]
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
  expect(ticks).toContain('ticks source Ticks Property Type Default Meaning interval int 5 Milliseconds')
  expect(ticks).toContain('Presets for CONF_KEY: fast')
  expect(ticks).toContain('CREATE STREAM ticks_stream () WITH (TYPE=\\&quot;ticks\\&quot;')
  expect(body).toContain('/rules -d &#39;{&quot;id&quot;:&quot;twice_rule&quot;')
  expect(body).toMatch(/Argument.*<th scope="row">value<\/th><td class="kind">number/s)
})

test('it runs no scripts, loads nothing, and cannot be framed by another site', async () => {
  const { ask } = await furnished()
  const policy = String((await ask('/', asBrowser)).headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('unsafe')
})

test('every link on it works', async () => {
  const { ask } = await furnished()
  const { body } = await ask('/', asBrowser)
  const links = [...body.matchAll(/<a href="([^"]+)"/g)].map(([, link = '']) => link)
  expect(links.length).toBeGreaterThan(5)
  for (const link of links) expect(await ask(link)).toMatchObject({ status: 200 })
})

test('without plugins and packages it names the commands that create them', async () => {
  const { ask } = await serving()
  const { body } = await ask('/', asBrowser)
  expect(body).toContain('<code>kplug build</code>')
  expect(body).toContain('<code>kplug pack</code>')
  expect(body).toContain('0 plugins, 0 packages, no problems')
})

interface Seen {
  title: string
  rows: number
  /** How much wider than the window it is, in pixels. */
  excess: number
  /** How light the paper is, from 0 to 1. */
  paper: number
  /** Of each text: what it says, and its contrast with what is behind it. */
  texts: { text: string; contrast: number }[]
}

// Runs in the page. Luminance and contrast as WCAG 2 has them.
const look = `(() => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number)
  const luminance = colour => {
    const [r, g, b] = channels(colour).map(c => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor
      if (channels(colour)[3] !== 0) return luminance(colour)
    }
  }
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
  const leaves = [...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  return {
    title: document.title,
    rows: document.querySelectorAll('tbody tr').length,
    excess: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    paper: luminance(getComputedStyle(document.body).backgroundColor),
    texts: leaves.map(e => ({ text: e.textContent.trim(), contrast: contrast(luminance(getComputedStyle(e).color), behind(e)) })),
  }
})()`

const where = browser === undefined ? ' (skipped: no Chromium is installed)' : ''

describe.skipIf(browser === undefined)(`in a real browser${where}`, () => {
  const cases = [
    ['light', 1100],
    ['light', 360],
    ['dark', 1100],
    ['dark', 360],
  ] as const

  test('it is legible in light and dark systems, in wide and narrow windows, without scripts', async () => {
    const { url } = await furnished()
    const chromium = new Browser(browser ?? '')
    for (const [scheme, width] of cases) {
      await chromium.open(url, scheme, width)
      const seen = (await chromium.evaluate(look)) as Seen
      expect(seen).toMatchObject({ title: '2 plugins · kplug', rows: 5, excess: 0 })
      expect(seen.paper > 0.5).toBe(scheme === 'light')
      expect(seen.texts.filter(({ contrast }) => contrast < 4.5)).toEqual([])
      expect(seen.texts.map(({ text }) => text)).toContain('in effect')
    }
    expect(chromium.complaints()).toEqual([])
  })
})
