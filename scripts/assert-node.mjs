// Plain JavaScript on purpose: it has to run on the old Node that it complains about.
const wanted = 24
const major = Number(process.versions.node.split('.')[0])

if (major < wanted) {
  console.error(
    `Node ${process.versions.node} runs this, but the project needs Node ${wanted}. It is installed with the dependencies: ` +
      'run `npm ci` first, and `npm rebuild node` when scripts were blocked during the installation.',
  )
  process.exit(1)
}
