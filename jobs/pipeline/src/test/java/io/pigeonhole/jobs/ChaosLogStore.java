package io.pigeonhole.jobs;

import io.delta.storage.LocalLogStore;
import org.apache.hadoop.conf.Configuration;

/** Delta's log on {@link ChaosFileSystem}: each commit is one rename, as on a local disk. */
public final class ChaosLogStore extends LocalLogStore {

    public ChaosLogStore(Configuration configuration) {
        super(configuration);
    }
}
