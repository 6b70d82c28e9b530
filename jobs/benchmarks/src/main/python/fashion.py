"""Trains other people's networks on Fashion-MNIST: fashion.py PROGRAM SETTING, the setting beginning with the number of epochs.

Prints the report of the run as JSON; only training is timed. FASHION names the folder of the data.
"""
import gzip
import math
import os
import pathlib
import struct
import sys
import time

import numpy as np

import measuring

BATCH = 128
RATE = 2e-3
WARM_UP = 0.02


def idx(name):
    """The array in a compressed IDX file of unsigned bytes."""
    data = gzip.decompress((pathlib.Path(os.environ["FASHION"]) / name).read_bytes())
    rank = data[3]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(struct.unpack(f">{rank}I", data[4:4 + 4 * rank]))


def images(split):
    return idx(f"{split}-images-idx3-ubyte.gz"), idx(f"{split}-labels-idx1-ubyte.gz")


def mlp(epochs):
    import sklearn
    from sklearn.neural_network import MLPClassifier

    (train, labels), (test, truth) = images("train"), images("t10k")
    train, test = (rows.reshape(len(rows), -1).astype(np.float32) / 255 for rows in (train, test))
    model = MLPClassifier((128,), batch_size=BATCH, max_iter=epochs, n_iter_no_change=epochs, random_state=1)
    start = time.perf_counter()
    model.fit(train, labels)
    seconds = time.perf_counter() - start
    accuracy = (model.predict(test) == truth).mean()
    measuring.report(f"scikit-learn {sklearn.__version__}", seconds, {"accuracy": accuracy, "objective": 2 - accuracy})


def pytorch():
    """PyTorch: of this environment, or else Debian's, whose modules need nothing of NumPy here."""
    try:
        import torch
    except ImportError:
        sys.path.append("/usr/lib/python3/dist-packages")
        import torch
    return torch


def cnn(epochs):
    torch = pytorch()
    nn = torch.nn
    torch.manual_seed(1)
    torch.set_num_threads(2)

    def tensors(split):
        pixels, labels = (torch.frombuffer(bytearray(array.tobytes()), dtype=torch.uint8).reshape(array.shape)
                          for array in images(split))
        return (pixels.float() / 255).unsqueeze(1).contiguous(memory_format=torch.channels_last), labels.long()

    (train, labels), (test, truth) = tensors("train"), tensors("t10k")
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 7 * 7, 64), nn.ReLU(), nn.Dropout(0.25), nn.Linear(64, 10),
    ).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    steps = epochs * (len(train) // BATCH)

    def rate(step):
        """As this project's: a warm-up, then a cosine to zero."""
        warm = WARM_UP * steps
        return (step + 1) / (warm + 1) if step < warm else (1 + math.cos(math.pi * (step - warm) / (steps - warm))) / 2

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    loss = nn.CrossEntropyLoss()
    start = time.perf_counter()
    for _ in range(epochs):
        for rows in torch.randperm(len(train))[:len(train) // BATCH * BATCH].split(BATCH):
            batch = train[rows]
            mirrored = torch.rand(BATCH, 1, 1, 1) < 0.5
            optimizer.zero_grad()
            loss(model(torch.where(mirrored, batch.flip(3), batch)), labels[rows]).backward()
            optimizer.step()
            schedule.step()
    seconds = time.perf_counter() - start
    model.eval()
    with torch.no_grad():
        right = sum((model(test[i:i + 1000]).argmax(1) == truth[i:i + 1000]).sum().item() for i in range(0, len(test), 1000))
    parameters = sum(p.numel() for p in model.parameters())
    measuring.report(f"PyTorch {torch.__version__}", seconds, {
        "accuracy": right / len(test), "parameters": parameters, "examples/s": steps * BATCH / seconds})


{"mlp": mlp, "cnn": cnn}[sys.argv[1]](int(sys.argv[2].split()[0]))
