"""Two folders by copydetect: "SHARE-OF-A SHARE-OF-B MILLISECONDS" of the pair."""
import pathlib
import sys
import time

from copydetect import CodeFingerprint, compare_files

K, WINDOW = 25, 1


def joined(folder, to):
    """It compares files, so each folder becomes one."""
    path = pathlib.Path(to)
    files = sorted(pathlib.Path(folder).rglob("*.[ch]"))
    path.write_text("\n".join(file.read_text(errors="replace") for file in files))
    return path


a, b = (joined(sys.argv[i], f"{sys.argv[3]}-{i}.c") for i in (1, 2))
begun = time.perf_counter()
prints = [CodeFingerprint(str(path), K, WINDOW) for path in (a, b)]
_, shares, _ = compare_files(*prints)
print(f"{shares[0]:.4f} {shares[1]:.4f} {(time.perf_counter() - begun) * 1000:.1f}")
