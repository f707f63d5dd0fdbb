import * as path from 'node:path'
import { type DefaultTheme, defineConfig } from 'vitepress'
import { refuseDeadLinks } from './dead-links.js'
import { findVue, followLinks, included, keepBraces, pageOf, repository } from './pages.js'

type Group = [title: string, pages: [title: string, page: string][]]

const groups: Group[] = [
  [
    'Start',
    [
      ['Tutorial', 'tutorial'],
      ['Recipes', 'recipes'],
      ['Coming from Go, Python or scripts', 'coming-from'],
    ],
  ],
  [
    'Guides',
    [
      ['Write a plugin', 'sdk'],
      ['Edit while a rule runs', 'dev'],
      ['Debug', 'debugging'],
      ['Record and replay', 'recordings'],
      ['Check a project', 'validate'],
      ['Keep state', 'state'],
      ['Deploy to gateways', 'fleet'],
      ['Serve what is installed', 'serve'],
    ],
  ],
  [
    'When something fails',
    [
      ['Troubleshooting', 'troubleshooting'],
      ['kplug doctor', 'doctor'],
      ['Problem codes', 'problems'],
      ['Fast sources', 'backpressure'],
      ['What a fault costs', 'failures'],
    ],
  ],
  [
    'Reference',
    [
      ['Commands', 'commands'],
      ['SDK: kplug', 'api/index'],
      ['SDK: kplug/testing', 'api/testing'],
      ['Packages in eKuiper', 'ekuiper'],
      ['Supported versions', 'ekuiper-versions'],
      ['Performance', 'performance'],
    ],
  ],
  [
    'kplug itself',
    [
      ['Architecture', 'architecture'],
      ['Contributing', 'contributing'],
      ['Changes', 'changelog'],
    ],
  ],
]

const chinese: Group[] = [
  [
    '开始',
    [
      ['概览', 'zh/'],
      ['教程', 'zh/tutorial'],
      ['从 Go、Python 或脚本迁移', 'zh/coming-from'],
    ],
  ],
]

const sidebarOf = (list: Group[]): DefaultTheme.SidebarItem[] =>
  list.map(([text, pages]) => ({
    text,
    items: pages.map(([title, page]) => ({ text: title, link: `/${page}` })),
  }))

/** Chinese has no spaces between words, which is where the default of the search splits a text. */
const tokenize = (text: string): string[] => {
  const words = new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)
  return Array.from(words, ({ segment }) => segment.toLowerCase()).filter(word => /[\p{L}\p{N}]/u.test(word))
}

export default defineConfig({
  title: 'kplug',
  description: 'Plugins for the stream engine eKuiper in TypeScript',
  // The pages are the documentation of the repository: nothing is copied, and nothing else becomes a page.
  srcDir: repository,
  srcExclude: [
    '!(docs|site)/*/**',
    '!(docs|site)/*.md',
    'site/node_modules/**',
    'SECURITY.md',
    included.file,
  ],
  rewrites: pageOf,
  outDir: path.resolve(import.meta.dirname, 'dist'),
  cacheDir: path.resolve(import.meta.dirname, 'cache'),
  locales: {
    root: { label: 'English', lang: 'en', themeConfig: { sidebar: sidebarOf(groups) } },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      link: '/zh/',
      description: '用 TypeScript 为流处理引擎 eKuiper 编写插件',
      themeConfig: {
        sidebar: sidebarOf(chinese),
        outline: { label: '本页目录', level: [2, 3] },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '深色模式',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
      },
    },
  },
  markdown: {
    // The entries of a package in docs/problems.md: a language without any grammar.
    languages: [{ name: 'zip', scopeName: 'text.zip', patterns: [], repository: {} }],
    config(md) {
      followLinks(md)
      keepBraces(md)
    },
  },
  vite: { plugins: [findVue] },
  buildEnd: ({ outDir }) => refuseDeadLinks(outDir),
  themeConfig: {
    // Otherwise the menu of languages links to a Chinese page for every English one; most have none.
    i18nRouting: false,
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        miniSearch: { options: { tokenize } },
        locales: {
          zh: {
            translations: {
              button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
              modal: {
                noResultsText: '没有找到',
                resetButtonTitle: '清除',
                footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
              },
            },
          },
        },
      },
    },
  },
})
