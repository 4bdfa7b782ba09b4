import { hidePicture } from '../images/hide-picture.ts';
import classes from './Home.module.css';

/** A picture beside the text that names it. */
export function Thumbnail({
  imageId,
  small = false,
}: {
  readonly imageId: string;
  readonly small?: boolean;
}) {
  return (
    <div className={small ? classes.small : classes.picture} aria-hidden>
      {/* biome-ignore lint/performance/noImgElement: thumbnails come ready-made from our own store */}
      <img src={`/api/images/${imageId}/thumbnail`} alt="" onError={hidePicture} />
    </div>
  );
}
