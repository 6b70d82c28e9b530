/** What a process computes on: the processor or a GPU, native threads, and memory outside the heap. No network belongs here. */
@NullMarked
package io.pigeonhole.deep.devices;

import org.jspecify.annotations.NullMarked;
