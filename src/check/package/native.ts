import { machine } from '../../build/carried/platform.js'
import type { NodeProgram } from '../../load/node-program.js'
import { runtimes } from '../../package/binary/binaries.js'
import type { PackageContents } from '../../package/contents.js'
import { abiFile, machineFile } from '../../package/native.js'
import { packageProblems } from '../../problem/package-problems.js'
import { at, type Problem } from '../../problem/problem.js'

/** Whether the native code of a package runs on this machine, and on a Node.js. Its `install.sh` asks the same. */
export function checkNative({ entries, texts }: PackageContents, node: NodeProgram): Problem[] {
  const textOf = (file: string): string | undefined => texts.get(file)?.toString().trim()
  const [wanted, here] = [textOf(machineFile), machine()]
  if (wanted !== undefined && wanted !== here)
    return [at(packageProblems.machineDiffers(wanted, here), { file: machineFile })]
  const abi = textOf(abiFile)
  const carriesRuntime = runtimes.some(runtime => entries.some(({ name }) => name === runtime))
  if (abi === undefined || abi === node.abi || carriesRuntime) return []
  return [at(packageProblems.abiDiffers(abi, node.version, node.abi), { file: abiFile })]
}
