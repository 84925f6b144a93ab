import { encode } from 'uqr'

/** Light around it, as its readers want it (ISO/IEC 18004 section 6.3.8). */
const quietModules = 4
const sizePixels = 200

type QrCodeProps = { readonly text: string; readonly label: string }

/** Drawn here: nobody else learns what it says. Black on white in dark colours too, for cameras. */
export function QrCode({ text, label }: QrCodeProps) {
  const { data, size } = encode(text, { border: quietModules })
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      width={sizePixels}
      height={sizePixels}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={dark.join('')} fill="#000" />
    </svg>
  )
}
