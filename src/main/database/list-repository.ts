/** The interface of the read model of the list (list/). Part of `Tables`. */
