//! The tree against RFC 6962's own vectors, against another implementation, and against its own promises.

use super::*;
use crate::encoding::{hex, unhex32};
use proptest::prelude::*;
use std::convert::Infallible;

/// Leaves in memory; every subtree is made anew by the RFC's recursion.
#[derive(Debug)]
struct Leaves(Vec<Vec<u8>>);

impl Leaves {
    fn mth(&self, from: usize, to: usize) -> TreeHash {
        match to - from {
            0 => empty_root(),
            1 => leaf_hash(&self.0[from]),
            n => {
                let k = n.next_power_of_two() / 2;
                node_hash(&self.mth(from, from + k), &self.mth(from + k, to))
            }
        }
    }
}

impl Nodes for Leaves {
    type Error = Infallible;
    fn complete(&self, level: u32, index: u64) -> Result<TreeHash, Infallible> {
        let (from, len) = (index as usize, 1usize << level);
        Ok(self.mth(from * len, (from + 1) * len))
    }
}

fn ok<T>(result: Result<T, Infallible>) -> T {
    result.unwrap_or_else(|e| match e {})
}

/// The eight leaves of the vectors of certificate-transparency's own tests, and the roots of their first 1 to 8.
fn vectors() -> (Leaves, [&'static str; 8]) {
    let leaves: [&[u8]; 8] = [
        &[],
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    (Leaves(leaves.iter().map(|l| l.to_vec()).collect()), roots)
}

#[test]
fn roots_are_those_of_the_vectors() {
    let (leaves, roots) = vectors();
    assert_eq!(hex(&empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let mut frontier = Frontier::default();
    assert_eq!(frontier.root(), empty_root());
    for (n, want) in (1..).zip(roots) {
        frontier.push(leaf_hash(&leaves.0[n - 1]), |_, _, _| ());
        assert_eq!(hex(&frontier.root()), want, "{n} leaves");
        assert_eq!(hex(&ok(root(n as u64, &leaves))), want, "{n} leaves");
    }
}

#[test]
fn proofs_are_those_of_the_vectors() {
    let (leaves, _) = vectors();
    let inclusion_of =
        |index, size| ok(inclusion(index, size, &leaves)).expect("in it").iter().map(|h| hex(h)).collect();
    let vectors: [(u64, u64, Vec<String>); 4] = [
        (0, 1, vec![]),
        (
            0,
            8,
            vec![
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7".into(),
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e".into(),
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4".into(),
            ],
        ),
        (
            5,
            8,
            vec![
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b".into(),
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0".into(),
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7".into(),
            ],
        ),
        (2, 3, vec!["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125".into()]),
    ];
    for (index, size, want) in vectors {
        let got: Vec<String> = inclusion_of(index, size);
        assert_eq!(got, want, "leaf {index} of {size}");
    }
    let consistency_of =
        |old, new| ok(consistency(old, new, &leaves)).expect("is one").iter().map(|h| hex(h)).collect();
    let got: Vec<String> = consistency_of(6, 8);
    assert_eq!(
        got,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
    let got: Vec<String> = consistency_of(2, 5);
    assert_eq!(
        got,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ]
    );
    assert_eq!(ok(inclusion(8, 8, &leaves)), None);
    assert_eq!((ok(consistency(0, 8, &leaves)), ok(consistency(9, 8, &leaves))), (None, None));
}

#[test]
fn another_implementation_says_the_same() {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    let leaves = Leaves((0..70u8).map(|n| vec![n]).collect());
    let mut other: MemoryBackedTree<sha2::Sha256, Vec<u8>> = MemoryBackedTree::new();
    for (n, leaf) in (1u64..).zip(&leaves.0) {
        other.push(leaf.clone());
        assert_eq!(other.root().as_bytes().as_slice(), ok(root(n, &leaves)).as_slice(), "{n} leaves");
        for index in 0..n {
            let theirs = other.prove_inclusion(index as usize);
            assert_eq!(theirs.as_bytes(), ok(inclusion(index, n, &leaves)).expect("in it").concat(), "{index} of {n}");
        }
        for old in 1..n {
            let theirs = other.prove_consistency((n - old) as usize);
            assert_eq!(theirs.as_bytes(), ok(consistency(old, n, &leaves)).expect("is one").concat(), "{old} to {n}");
        }
    }
}

fn some_leaves() -> impl Strategy<Value = Leaves> {
    proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..4), 1..140).prop_map(Leaves)
}

proptest! {
    #[test]
    fn every_leaf_is_proven_and_no_other(leaves in some_leaves(), at in any::<prop::sample::Index>(), bit in 0usize..256) {
        let n = leaves.0.len() as u64;
        let (index, top) = (at.index(leaves.0.len()) as u64, ok(root(n, &leaves)));
        let leaf = leaf_hash(&leaves.0[index as usize]);
        let proof = ok(inclusion(index, n, &leaves)).expect("in it");
        prop_assert_eq!(root_of_inclusion(index, n, leaf, &proof), Some(top));
        let flipped = |mut h: TreeHash| { h[bit / 8] ^= 1 << (bit % 8); h };
        prop_assert_ne!(root_of_inclusion(index, n, flipped(leaf), &proof), Some(top));
        prop_assert_ne!(root_of_inclusion(index, n + 1, leaf, &proof).filter(|_| n.is_power_of_two()), Some(top));
        for k in 0..proof.len() {
            let mut other = proof.clone();
            other[k] = flipped(other[k]);
            prop_assert_ne!(root_of_inclusion(index, n, leaf, &other), Some(top));
            prop_assert_ne!(root_of_inclusion(index, n, leaf, &proof[..k]), Some(top));
        }
        let longer: Vec<_> = proof.iter().copied().chain([leaf]).collect();
        prop_assert_eq!(root_of_inclusion(index, n, leaf, &longer), None);
    }

    #[test]
    fn every_beginning_is_proven_and_no_other(leaves in some_leaves(), at in any::<prop::sample::Index>(), bit in 0usize..256) {
        let new = leaves.0.len() as u64;
        let old = at.index(leaves.0.len()) as u64 + 1;
        let (old_root, new_root) = (ok(root(old, &leaves)), ok(root(new, &leaves)));
        let proof = ok(consistency(old, new, &leaves)).expect("is one");
        prop_assert!(is_consistent(old, &old_root, new, &new_root, &proof));
        let flipped = |mut h: TreeHash| { h[bit / 8] ^= 1 << (bit % 8); h };
        prop_assert!(!is_consistent(old, &flipped(old_root), new, &new_root, &proof));
        prop_assert!(!is_consistent(old, &old_root, new, &flipped(new_root), &proof));
        for k in 0..proof.len() {
            let mut other = proof.clone();
            other[k] = flipped(other[k]);
            prop_assert!(!is_consistent(old, &old_root, new, &new_root, &other));
            prop_assert!(!is_consistent(old, &old_root, new, &new_root, &proof[..k]));
        }
    }

    #[test]
    fn an_edge_grows_as_the_tree_does(leaves in some_leaves(), at in any::<prop::sample::Index>()) {
        let from = at.index(leaves.0.len() + 1) as u64;
        let mut edge = ok(Frontier::of(from, &leaves));
        prop_assert_eq!(Frontier::from_parts(from, edge.hashes().to_vec()), Some(edge.clone()));
        let mut right = true;
        for leaf in &leaves.0[from as usize..] {
            edge.push(leaf_hash(leaf), |level, index, hash| right &= ok(leaves.complete(level, index)) == *hash);
        }
        prop_assert!(right, "each complete subtree is told with its hash");
        prop_assert_eq!(edge.size(), leaves.0.len() as u64);
        prop_assert_eq!(edge.root(), ok(root(leaves.0.len() as u64, &leaves)));
    }
}

#[test]
fn hex_is_read_back() {
    assert_eq!(unhex32(hex(&empty_root()).as_bytes()), Some(empty_root()));
}
