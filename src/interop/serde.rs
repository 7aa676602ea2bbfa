//! `Serialize` and `Deserialize`: a dual number is the pair of its value and its tangents, `[3.0, [1.0, 0.0]]` in JSON, as
//! num-complex writes a complex number, and a series the pair of its value and the sequence of its coefficients, to the order to which they are
//! known. What is read was made by no transform.

use crate::{Dual, Jet, Scalar};
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeTuple, Serializer};

impl<T: Serialize, const N: usize> Serialize for Dual<T, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.re, Tangents(&self.eps)).serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>, const N: usize> Deserialize<'de> for Dual<T, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (re, Tangents(eps)) = Deserialize::deserialize(deserializer)?;
        Ok(Dual::new(re, eps))
    }
}

impl<T: Serialize, const K: usize> Serialize for Jet<T, K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.re, &self.higher[..self.order]).serialize(serializer)
    }
}

impl<'de, T: Scalar + Deserialize<'de>, const K: usize> Deserialize<'de> for Jet<T, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (re, known): (T, Vec<T>) = Deserialize::deserialize(deserializer)?;
        if known.len() > K {
            let most = alloc::format!("{K} coefficients at most");
            return Err(Error::invalid_length(known.len(), &most.as_str()));
        }
        let mut higher = [T::zero(); K];
        higher[..known.len()].copy_from_slice(&known);
        Ok(Jet::new(re, higher).truncated(known.len()))
    }
}

/// An array of any length, written as a tuple: serde's own arrays end at 32.
struct Tangents<A>(A);

impl<T: Serialize, const N: usize> Serialize for Tangents<&[T; N]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(N)?;
        for tangent in self.0 {
            tuple.serialize_element(tangent)?;
        }
        tuple.end()
    }
}

impl<'de, T: Deserialize<'de>, const N: usize> Deserialize<'de> for Tangents<[T; N]> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple(N, TangentsVisitor(PhantomData))
    }
}

struct TangentsVisitor<T, const N: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const N: usize> Visitor<'de> for TangentsVisitor<T, N> {
    type Value = Tangents<[T; N]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{N} tangents")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut tangents = alloc::vec::Vec::with_capacity(N);
        while tangents.len() < N {
            match sequence.next_element()? {
                Some(tangent) => tangents.push(tangent),
                None => return Err(Error::invalid_length(tangents.len(), &self)),
            }
        }
        tangents.try_into().map(Tangents).map_err(|_| Error::invalid_length(N, &self))
    }
}
