package io.pigeonhole.jobs;

import io.delta.storage.LocalLogStore;
import org.apache.hadoop.conf.Configuration;

/** Delta's log on {@link ChaosFileSystem}: as on a local disk, each commit is one rename. */
public final class ChaosLogStore extends LocalLogStore {

    public ChaosLogStore(Configuration configuration) {
        super(configuration);
    }
}
