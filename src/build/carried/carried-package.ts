/** A package that is included as installed, because it cannot be bundled. */
export interface CarriedPackage {
  name: string
  /** Where it is installed, with links resolved. */
  folder: string
  /** Why it is not bundled. The text follows its name. */
  why: string
}
