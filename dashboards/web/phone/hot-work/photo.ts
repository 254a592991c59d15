/** A photo made small on the phone before it is sent; what is none is said before anything is sent. */

/** A camera's own file is smaller; what is larger takes the memory of an old phone. */
export const mostFileBytes = 20_000_000;
const longestSidePx = 1600;
const quality = 0.8;

export class PhotoFault extends Error {
  override readonly name = "PhotoFault";
  readonly code: "file-too-large" | "not-a-photo";

  constructor(code: PhotoFault["code"]) {
    super(code);
    this.code = code;
  }
}

/** A JPEG of at most 1600 px. Throws `PhotoFault`. */
export async function pressed(file: Blob): Promise<Blob> {
  if (file.size > mostFileBytes) throw new PhotoFault("file-too-large");
  const image = await createImageBitmap(file).catch(() => {
    throw new PhotoFault("not-a-photo");
  });
  const scale = Math.min(1, longestSidePx / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const blob = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, "image/jpeg", quality),
  );
  if (blob === null) throw new PhotoFault("not-a-photo");
  return blob;
}

/** As it is kept on the phone until it is sent. */
export function toDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new PhotoFault("not-a-photo"));
    reader.readAsDataURL(blob);
  });
}

/** Back to bytes without a request: the page may load from its own host alone. */
export function fromDataUrl(url: string): Blob {
  const bytes = atob(url.slice(url.indexOf(",") + 1));
  return new Blob([Uint8Array.from(bytes, (char) => char.charCodeAt(0))], { type: "image/jpeg" });
}
