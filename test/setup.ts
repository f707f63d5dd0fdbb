/** What every test can rely on: children start fast, and nothing is coloured unless a test asks for it. */
export default function setup(): void {
  // Node 20 reads these certificates at every start, which costs 50 ms for each child that a test spawns.
  delete process.env['NODE_EXTRA_CA_CERTS']
  for (const name of ['FORCE_COLOR', 'NO_COLOR', 'GITHUB_ACTIONS']) delete process.env[name]
}
